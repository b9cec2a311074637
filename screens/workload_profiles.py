"""Workload profiles: see and change what takes how many minutes, look at what that does to the beats, save, choose for a plan."""

from collections.abc import Mapping
from dataclasses import replace

import pandas as pd
import streamlit as st

from actions import publish_plan
from actions import workload_profiles as action
from actions.permissions import may
from actions.workload_profiles import KeptProfile, Weight
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import wording
from screens.plain_text import capital, plain
from screens.plan_choice import plan_title
from screens.session import caller, field, forget, keep, language, place_of, remember, remembered, reset, say
from screens.wording import workload_profiles as words

LARGEST = 100_000.0


def screen() -> None:
    """Choose a profile, change it, see what that does, save it."""
    _told()
    who = caller()
    kept = {profile.name if profile.revision else "": profile for profile in action.profiles(who)}
    chosen = st.selectbox(
        say(words.PROFILE),
        list(kept),
        place_of("profile", "", list(kept)),
        format_func=lambda name: _title(kept[name]),
        key=field("profile"),
    )
    keep("profile", chosen or "")
    profile = kept[chosen or ""]
    st.caption(plain(say(profile.about)))
    if profile.revision:
        st.caption(plain(say(words.LAST, who=profile.who, at=profile.at.replace("T", " "), revision=profile.revision)))
    changing = may("change_profiles", who.role)
    if not changing:
        st.caption(say(words.READ_ONLY))
    edited = _edited(profile, changing)
    effect, save = st.columns([3, 2], gap="medium")
    with save:
        if changing:
            _save(profile, edited)
    with effect:
        _effect(profile, edited)


def _told() -> None:
    told = remembered("profile told")
    if told is not None:
        st.toast(plain(say(told)))
        forget("profile told")


def _title(profile: KeptProfile) -> str:
    return say(profile.title) if profile.revision else f"{say(profile.title)} {say(words.DEFAULT)}"


def _edited(profile: KeptProfile, changing: bool) -> KeptProfile:
    """The profile with what stands in the three tables now."""
    incidents, duties = action.weighable(caller())
    factors = (
        Weight("night", words.NIGHT, words.TIMES),
        *(Weight(f"month_{n}", words.MONTH.fill(n=n), words.TIMES) for n in range(1, 13)),
    )
    first, second, third = st.columns(3, gap="small")
    with first:
        minutes = _table(words.INCIDENTS, incidents, profile.minutes_per_incident, 0.0, profile, changing)
    with second:
        weekly = _table(words.DUTIES, duties, profile.minutes_week_per, 0.0, profile, changing)
    with third:
        times = _table(words.FACTORS, factors, profile.factors, 1.0, profile, changing)
    return replace(
        profile,
        minutes_per_incident={**profile.minutes_per_incident, **minutes},
        minutes_week_per={key: value for key, value in weekly.items() if value > 0 or key in profile.minutes_week_per},
        factors={key: value for key, value in times.items() if value != 1 or key in profile.factors},
    )


def _table(
    title: Text, weights: tuple[Weight, ...], now: Mapping[str, float], usual: float, profile: KeptProfile, changing: bool
) -> dict[str, float]:
    """An editable table of weights; what each row says now. An emptied cell keeps its former weight."""
    st.markdown(f"**{say(title)}**")
    former = [float(now.get(weight.key, usual)) for weight in weights]
    rows = pd.DataFrame(
        {
            "what": [capital(say(weight.title)) for weight in weights],
            "weight": former,
            "unit": [say(weight.unit) for weight in weights],
        }
    )
    edited = st.data_editor(
        rows,
        hide_index=True,
        disabled=["what", "unit"] if changing else True,
        width="stretch",
        column_config={
            "what": st.column_config.TextColumn(say(words.WHAT)),
            "weight": st.column_config.NumberColumn(say(words.WEIGHT), min_value=0.0, max_value=LARGEST, format="%g"),
            "unit": st.column_config.TextColumn(say(words.UNIT)),
        },
        key=f"weights {title.en} {profile.name} {profile.revision} {language()}",
    )
    values = [old if pd.isna(value) else float(value) for value, old in zip(edited["weight"], former, strict=True)]
    return dict(zip((weight.key for weight in weights), values, strict=True))


def _save(profile: KeptProfile, edited: KeptProfile) -> None:
    with st.form(f"save profile {profile.name} {profile.revision}"):
        name = st.text_input(say(words.NAME), profile.name, max_chars=60)
        name_en = st.text_input(say(words.NAME_EN), profile.name_en, max_chars=60)
        about = st.text_area(say(words.ABOUT), profile.about.zh, max_chars=500)
        about_en = st.text_area(say(words.ABOUT_EN), profile.about.en, max_chars=500)
        reason = st.text_input(say(words.REASON), max_chars=200)
        st.caption(say(words.SAVE_NOTE))
        if not st.form_submit_button(say(words.SAVE), type="primary"):
            return
        told = Text(about.strip(), about_en.strip())
        if name.strip() == profile.name:
            wanted = replace(edited, name_en=name_en.strip(), about=told)
        else:
            wanted = action.new_profile(caller(), name, edited, name_en, told)
        try:
            saved = action.save_profile(caller(), wanted, reason)
        except Refusal as refusal:
            st.error(plain(say(refusal.text)), icon=":material/block:")
            return
        reset("profile")
        keep("profile", saved.name)
        remember("profile told", words.SAVED.fill(name=saved.title, revision=saved.revision))
        st.rerun()


def _effect(profile: KeptProfile, edited: KeptProfile) -> None:
    """The beats of a plan by the weights it has now, and by those in the tables."""
    st.markdown(f"**{say(words.EFFECT)}**")
    headers = {line.header.id: line.header for line in publish_plan.plan_list(caller())}
    if not headers:
        return
    plan = st.selectbox(
        say(words.ON_PLAN),
        list(headers),
        place_of("profile plan", next(iter(headers)), list(headers)),
        format_func=lambda i: plan_title(headers[i]),
        key=field("profile plan"),
    )
    keep("profile plan", plan)
    if plan is None:
        return
    try:
        found = action.effect_of(caller(), edited, plan)
    except Refusal as refusal:
        st.warning(plain(say(refusal.text)))
        return
    with st.container(horizontal=True, gap="small"):
        for title, before, after in found.balance:
            now, change = (f"{after:.3f}", f"{after - before:+.3f}") if title == action.GINI else (f"{after:.1%}", f"{after - before:+.1%}")
            st.metric(capital(say(title)), now, None if float(change.strip("%")) == 0 else change, delta_color="inverse")
    names = {
        "before_min": words.HOURS_NOW,
        "after_min": words.HOURS_THEN,
        "before_deviation": words.DEVIATION_NOW,
        "after_deviation": words.DEVIATION_THEN,
    }
    table = found.beats[list(names)].rename(columns={key: say(text) for key, text in names.items()}).rename_axis(say(wording.BEAT))
    percents = [say(names[key]) for key in ("before_deviation", "after_deviation")]
    table[percents] *= 100
    shares = {title: st.column_config.NumberColumn(format="%+.1f%%") for title in percents}
    hours = {say(names[key]): st.column_config.NumberColumn(format="%.1f") for key in ("before_min", "after_min")}
    table[list(hours)] /= action.MINUTES_PER_HOUR
    st.dataframe(table, width="stretch", column_config={**shares, **hours})
    st.caption(say(words.EQUAL_PART))
    st.caption(plain(say(found.about[1])))
    _choose(profile, edited, plan, headers[plan].status == "draft")


def _choose(profile: KeptProfile, edited: KeptProfile, plan: str, is_draft: bool) -> None:
    """The button that weighs the draft by this profile."""
    if not (is_draft and may("draw_plan", caller().role)):
        return
    if edited != profile:
        st.caption(say(words.SAVE_FIRST))
        return
    if st.button(plain(say(words.CHOOSE, name=profile.title)), icon=":material/balance:"):
        try:
            action.choose_profile(caller(), plan, profile.name if profile.revision else None)
        except Refusal as refusal:
            st.error(plain(say(refusal.text)))
            return
        remember("profile told", words.CHOSEN.fill(name=profile.title))
        st.rerun()
