"""Settings come from the environment, and a wrong one is refused by name."""

import pytest
from click.testing import CliRunner

from geo_cli import cli
from layers.definition.refusal import Refusal
from settings import SETTINGS, Settings, load_settings, shown


def test_defaults_hold_where_nothing_is_set() -> None:
    assert load_settings({}) == Settings(**{s.name: s.default for s in SETTINGS})


def test_the_environment_goes_before_the_default() -> None:
    assert load_settings({"JINGGE_PORT": "9000", "JINGGE_TILES_DATUM": "gcj02"}).port == 9000


def test_a_secret_is_shown_to_nobody() -> None:
    now = load_settings({"JINGGE_OPENID_SECRET": "s3cret", "JINGGE_WORKSPACE": "postgresql://li:s3cret@db.example/town?x=a@b:c"})
    told = {s.name: shown(now, s) for s in SETTINGS}
    assert "s3cret" not in repr(told) and told["workspace"] == "postgresql://li:***@db.example/town?x=a@b:c"
    assert told["openid_secret"] == "***" and shown(load_settings({}), next(s for s in SETTINGS if s.secret)) == ""
    done = CliRunner(env={"JINGGE_OPENID_SECRET": "s3cret"}).invoke(cli, ["settings", "--json"])
    assert done.exit_code == 0 and "s3cret" not in done.output and '"***"' in done.output


@pytest.mark.parametrize(("variable", "written"), [("JINGGE_PORT", "eight"), ("JINGGE_LANGUAGE", "fr"), ("JINGGE_LOCK_WAIT_S", "long")])
def test_a_wrong_value_is_refused_with_the_variable_and_what_it_takes(variable: str, written: str) -> None:
    with pytest.raises(Refusal, match=variable) as refused:
        load_settings({variable: written})
    assert written in refused.value.text.zh
