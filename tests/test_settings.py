"""Settings come from the environment, and a wrong one is refused by name."""

import pytest

from layers.definition.refusal import Refusal
from settings import SETTINGS, Settings, load_settings


def test_defaults_hold_where_nothing_is_set() -> None:
    assert load_settings({}) == Settings(**{s.name: s.default for s in SETTINGS})


def test_the_environment_goes_before_the_default() -> None:
    assert load_settings({"JINGGE_PORT": "9000", "JINGGE_TILES_DATUM": "gcj02"}).port == 9000


@pytest.mark.parametrize(("variable", "written"), [("JINGGE_PORT", "eight"), ("JINGGE_LANGUAGE", "fr"), ("JINGGE_LOCK_WAIT_S", "long")])
def test_a_wrong_value_is_refused_with_the_variable_and_what_it_takes(variable: str, written: str) -> None:
    with pytest.raises(Refusal, match=variable) as refused:
        load_settings({variable: written})
    assert written in refused.value.text.zh
