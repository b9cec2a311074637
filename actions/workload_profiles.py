"""Workload profiles: what takes how many minutes, kept by name; changed, tried out on a plan, and chosen for one."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.cell_workload import cell_facts, model_workload
from actions.measure_plan import profile_named
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.incidents import CATEGORIES
from planning.balance import deviation, gini, largest_deviation, variation
from planning.metric import MINUTES_PER_HOUR
from planning.plan import Plan
from planning.plan_life import status_of
from planning.workload import DEFAULT_PROFILE, WorkloadProfile
from storage.store import KeptProfile

__all__ = [
    "GINI",
    "MINUTES_PER_HOUR",
    "KeptProfile",
    "ProfileEffect",
    "choose_profile",
    "effect_of",
    "new_profile",
    "profiles",
    "save_profile",
    "weighable",
]

NIGHT, MONTH = "night", "month_"
GINI = Text("基尼系数", "Gini index")
DUTY_TITLES: dict[str, tuple[Text, Text]] = {
    "dwellings": (Text("房屋", "dwellings"), Text("分钟/周·户", "min a week per dwelling")),
    "persons": (Text("人口", "persons"), Text("分钟/周·人", "min a week per person")),
    "organisations": (Text("单位", "organisations"), Text("分钟/周·家", "min a week per organisation")),
    "rented": (Text("租住房", "rented homes"), Text("分钟/周·套", "min a week per home")),
    "floating_persons": (Text("流动人口", "floating people"), Text("分钟/周·人", "min a week per person")),
    "schools": (Text("学校", "schools"), Text("分钟/周·所", "min a week per school")),
    "venues": (Text("经营场所", "venues"), Text("分钟/周·家", "min a week per venue")),
    "shops": (Text("商铺", "shops"), Text("分钟/周·家", "min a week per shop")),
    "industrial_parks": (Text("工业园", "industrial parks"), Text("分钟/周·个", "min a week per park")),
    "rural_parks": (Text("农业园", "rural parks"), Text("分钟/周·个", "min a week per park")),
    "risk_places": (Text("风险场所", "risk places"), Text("分钟/周·处", "min a week per place")),
    "fire_hazards": (Text("火灾隐患", "fire hazards"), Text("分钟/周·处", "min a week per place")),
    "area_km2": (Text("面积", "area"), Text("分钟/周·平方公里", "min a week per km²")),
}
"""What a cell has that takes work every week: its name, and the unit of its weight."""


@dataclass(frozen=True)
class Weight:
    """One weight that can be set: its key, its wording, its unit."""

    key: str
    title: Text
    unit: Text


@dataclass(frozen=True, eq=False)
class ProfileEffect:
    """What a profile does to a plan beside the one the plan has now.

    `beats`: index beat; before_min, after_min (minutes a week), before_share, after_share (of all work, 0 to 1), before_deviation,
    after_deviation (share of an equal part). `balance`: measure -> before, after, each lower is better.
    """

    beats: pd.DataFrame
    balance: tuple[tuple[Text, float, float], ...]
    about: tuple[Text, Text]
    """Profile, period and source of the figures before and after."""


def profiles(caller: Caller) -> tuple[KeptProfile, ...]:
    """The default first, as revision 0 under no name, then those kept, by name."""
    caller.must("see_profiles")
    return (_kept(DEFAULT_PROFILE), *caller.store.workload_profiles())


def weighable(caller: Caller) -> tuple[tuple[Weight, ...], tuple[Weight, ...]]:
    """The incident categories that take minutes, and what of a cell takes minutes every week, as far as the town's cells have it."""
    caller.must("see_profiles")
    incident = Text("分钟/起", "min per incident")
    of_cells = cell_facts(caller.model)
    complete = [key for key in DUTY_TITLES if key in of_cells and not of_cells[key].isna().any()]
    return (
        tuple(Weight(key, title, incident) for key, title in CATEGORIES.items()),
        tuple(Weight(key, *DUTY_TITLES[key]) for key in complete),
    )


def new_profile(caller: Caller, name: str, start_from: KeptProfile, name_en: str = "", about: Text | None = None) -> KeptProfile:
    """A profile of another name with the same weights, not saved yet. `about` says where the weights come from."""
    caller.must("change_profiles")
    return replace(start_from, name=name.strip(), name_en=name_en.strip(), about=about or start_from.about, revision=0)


def save_profile(caller: Caller, profile: KeptProfile, reason: str = "") -> KeptProfile:
    """Save a profile that was read at its revision (0: a new one).

    Refused: no name, or that of the default, which stays as it is; no word on where the weights come from; a weight below 0
    or no number; a category of incidents without minutes; a column that the cells do not have; somebody saved it since; a
    new one under a taken name.
    """
    caller.must("change_profiles")
    if not any(profile.about):
        raise Refusal(
            Text("请写明权重的依据，它会出现在每个用到它的数字旁。", "Say where the weights come from; it stands beside every figure."),
            Text("例如：本所 2025 年下半年实测。", "For instance: measured at our station in the second half of 2025."),
        )
    if profile.name.strip() in DEFAULT_PROFILE.name:
        raise Refusal(
            Text("“{name}”是自带的默认权重，不能覆盖。", "'{name}' is the built-in default and stays as it is.").fill(name=profile.name),
            Text("请换个名称保存。", "Save it under another name."),
        )
    about = Text(profile.about.zh or profile.about.en, profile.about.en or profile.about.zh)
    model_workload(caller.model, weighed(profile))
    return caller.store.save_workload_profile(replace(profile, about=about), by=caller.user, reason=reason)


def choose_profile(caller: Caller, plan_id: str, name: str | None) -> Plan:
    """Weigh a draft by the profile of that name from now on; None is the default. Refused: no draft; no such profile."""
    caller.must("draw_plan")
    plan = caller.store.plan(plan_id)
    if plan.header.status != "draft":
        raise Refusal(
            Text("方案“{name}”是{status}，不能更换权重。", "'{name}' is {status}; its weights can't be changed.").fill(
                name=plan.header.title, status=status_of(plan.header)
            ),
            Text("请以它为起点新建草案。", "Start a new draft from it."),
        )
    profile = profile_named(caller.store, name)
    why = Text("工作量权重：{name}", "workload weights: {name}").fill(name=profile.name)
    chosen = replace(plan, header=replace(plan.header, profile=name))
    return caller.store.save_plan(chosen, by=caller.user, reason=" / ".join(why))


def effect_of(caller: Caller, profile: KeptProfile, plan_id: str) -> ProfileEffect:
    """What a profile, saved or not, does to the beats of a plan. Refused: as `save_profile`; a plan without beats."""
    caller.must("see_profiles")
    model, plan = caller.model, caller.store.plan(plan_id)
    if not plan.beats:
        raise Refusal(Text("方案中没有警务区。", "The plan has no beats."), Text("请先划分警务区。", "Draw beats first."))
    now = model_workload(model, profile_named(caller.store, plan.header.profile))
    then = model_workload(model, weighed(profile))
    codes = [beat.code for beat in plan.beats]
    columns: dict[str, pd.Series] = {}
    sums = []
    for name, workload in (("before", now), ("after", then)):
        minutes = workload.minutes_week
        of_beat = minutes.groupby(minutes.index.map(plan.beat_of)).sum().reindex(codes, fill_value=0.0)
        total = float(minutes.sum())
        columns[f"{name}_min"] = of_beat
        columns[f"{name}_share"] = of_beat / total if total > 0 else of_beat * np.nan
        columns[f"{name}_deviation"] = pd.Series(deviation(of_beat.to_numpy(float), total), codes)
        sums.append((of_beat.to_numpy(float), total))
    (old, old_all), (new, new_all) = sums
    return ProfileEffect(
        pd.DataFrame(columns, index=pd.Index(codes, name="beat", dtype=object)),
        (
            (
                Text("最大偏差（占均值）", "largest deviation (share of an equal part)"),
                largest_deviation(old, old_all),
                largest_deviation(new, new_all),
            ),
            (Text("离散系数", "coefficient of variation"), variation(old), variation(new)),
            (GINI, gini(old), gini(new)),
        ),
        (now.about, then.about),
    )


def weighed(profile: KeptProfile) -> WorkloadProfile:
    """A kept profile as the workload takes it. Refused: weights below 0, months that are none."""
    factors: Mapping[str, float] = profile.factors
    months = {int(key.removeprefix(MONTH)): value for key, value in factors.items() if key.startswith(MONTH)}
    night = float(factors.get(NIGHT, 1.0))
    return WorkloadProfile(profile.title, profile.about, profile.minutes_per_incident, profile.minutes_week_per, night, months)


def _kept(profile: WorkloadProfile) -> KeptProfile:
    factors = {NIGHT: profile.night_factor} | {f"{MONTH}{month}": factor for month, factor in profile.month_factor.items()}
    return KeptProfile(*profile.name, profile.about, profile.minutes_per_incident, profile.minutes_week_per, factors)
