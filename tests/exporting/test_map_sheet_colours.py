"""Colours of every theme and variant, measured: apart for normal eyes, three kinds of colour blindness and grey, and legible.

Figures are CIEDE2000; 2.3 is just noticeable (Mahy, Van Eycken and Oosterlinck 1994), the least asked here is four times that.
"""

import numpy as np
import pytest

from exporting.label_forms import BEAT_INK, CELL_INK, MOVED_INK, PARK_INK, PLACE_INK, RISK_INK, UNIT_INK
from exporting.map_body import BADGE_FILL
from exporting.map_sheet import draw_sheet
from exporting.page import GREY, INK, Page
from exporting.sheet_themes import MOST_CLASSES, VARIANTS
from layers.drawing.hatches import HATCHES
from layers.drawing.print_map import WATER_NAME
from tests.exporting.colour_sight import SIGHTS, ciede2000, contrast, lab, linear, smallest_difference
from tests.exporting.test_map_sheet_files import with_theme
from tests.exporting.towns import random_town

LEAST = [("colour", 4, 15.5), ("colour", 5, 14.0), ("safe", 4, 14.0), ("safe", 5, 9.9), ("dark", 4, 13.0), ("dark", 5, 9.0)]
EYES = [sight for sight in SIGHTS if sight != "grey"]
SHARMA = ((50.0, 2.6772, -79.7751), (50.0, 0.0, -82.7485), 2.0425)  # pair 1 of Sharma, Wu and Dalal 2005


def test_the_measure_itself_gives_the_published_value() -> None:
    first, second, expected = SHARMA
    assert float(ciede2000(np.array(first), np.array(second))) == pytest.approx(expected, abs=1e-4)
    assert lab(linear(["#ffffff"]))[0] == pytest.approx((100, 0, 0), abs=0.01)


@pytest.mark.parametrize(("variant", "classes", "least"), LEAST)
@pytest.mark.parametrize("sight", EYES)
def test_fills_of_neighbours_are_apart(variant: str, classes: int, least: float, sight: str) -> None:
    assert smallest_difference(VARIANTS[variant].sets[classes], sight) >= least


@pytest.mark.parametrize("variant", ["colour", "safe", "dark"])
@pytest.mark.parametrize("sight", EYES)
def test_the_page_is_a_neighbour_too(variant: str, sight: str) -> None:
    look = VARIANTS[variant]
    assert min(smallest_difference([fill, look.page], sight) for fills in look.sets.values() for fill in fills) >= 6.9


@pytest.mark.parametrize("variant", ["colour", "safe", "dark"])
def test_fills_stay_apart_in_grey(variant: str) -> None:
    """Neighbours differ on a grey print by 6 with four fills and by 4.4 with five: two to three times what is just noticeable."""
    assert smallest_difference(VARIANTS[variant].sets[4], "grey") >= 6.0
    assert smallest_difference(VARIANTS[variant].sets[5], "grey") >= 4.4


@pytest.mark.parametrize("variant", list(VARIANTS))
@pytest.mark.parametrize("sight", list(SIGHTS))
def test_each_class_is_apart_from_the_next(variant: str, sight: str) -> None:
    ramp = VARIANTS[variant].ramp
    assert len(ramp) == MOST_CLASSES
    assert smallest_difference(ramp, sight, [(i, i + 1) for i in range(MOST_CLASSES - 1)]) >= 5.2


@pytest.mark.parametrize("count", [4, 5])
def test_black_and_white_parts_neighbours_by_hatch_where_not_by_grey(count: int) -> None:
    look = VARIANTS["bw"]
    kinds = [(look.hatch_of(fill), fill) for fill in look.sets[count]]
    for at, (hatch, fill) in enumerate(kinds):
        for other_hatch, other in kinds[at + 1 :]:
            assert hatch != other_hatch or smallest_difference([fill, other], "grey") >= 8
    assert {hatch for hatch, _ in kinds if hatch} <= set(HATCHES)


@pytest.mark.parametrize("variant", list(VARIANTS))
def test_names_can_be_read_on_every_fill(variant: str) -> None:
    """WCAG asks 4.5 of small text. Names of beats and units have it with the fill itself; where they do not they get a white halo,
    with which every ink of the sheet has it."""
    look = VARIANTS[variant]
    fills = {fill for fills in look.sets.values() for fill in fills} | {look.page, look.pale}
    for ink in (INK, BEAT_INK, UNIT_INK, PLACE_INK, CELL_INK):
        assert min(contrast(look.tone(ink), fill) for fill in fills) >= (3.9 if variant == "dark" else 4.5), ink
    for ink in (INK, BEAT_INK, UNIT_INK, PLACE_INK, CELL_INK, PARK_INK, MOVED_INK, RISK_INK, GREY, WATER_NAME):
        assert contrast(look.tone(ink), look.tone("#ffffff")) >= 4.5, ink
    assert contrast(look.tone(BADGE_FILL), look.tone("#ffffff")) >= 7


@pytest.mark.parametrize("variant", list(VARIANTS))
@pytest.mark.parametrize("theme", ["beats", "units", "hotspots", "change"])
def test_every_letter_drawn_on_a_map_has_a_halo_that_it_can_be_read_on(theme: str, variant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is drawn is watched: a label's ink against its own halo, which lies between it and the ramp or fill."""
    drawn: list[tuple[str, str]] = []
    text = Page.text

    def watched(self: Page, *args: object, **how: object) -> None:
        if how.get("halo"):
            drawn.append((self.tone(str(how.get("colour", INK))), self.tone(str(how["halo"]))))
        text(self, *args, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(Page, "text", watched)
    draw_sheet(with_theme(random_town(1, 60, 12, 5), theme, variant), "A4")
    assert drawn and min(contrast(ink, halo) for ink, halo in drawn) >= 4.5


def test_no_class_of_a_ramp_carries_a_hatch() -> None:
    """A hatched lowest class would look darker than the one above it."""
    assert [fill for look in VARIANTS.values() for fill in look.ramp if look.hatch_of(fill)] == []


def test_black_and_white_holds_no_colour() -> None:
    look = VARIANTS["bw"]
    colours = {look.tone(c) for c in ("#a3161a", "#b7a1cf", "#f6b26b", "#ffffff", "#1c5f91")} | {c for s in look.sets.values() for c in s}
    assert all(colour[1:3] == colour[3:5] == colour[5:7] for colour in colours | set(look.ramp))
