"""A picture written in strips is the picture, whatever the strips."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from exporting import page
from exporting.map_sheet import draw_sheet
from exporting.picture_file import write_png
from tests.exporting.towns import square_town


@pytest.mark.parametrize("rows", [1, 7, 300, 701])
def test_what_was_written_is_read_back(rows: int) -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (701, 33, 3), dtype=np.uint8)
    out = BytesIO()
    write_png(out, (33, 701), 300, (pixels[at : at + rows] for at in range(0, 701, rows)), {"Title": "图 map"})
    with Image.open(out) as image:
        assert np.array_equal(np.asarray(image), pixels)
        assert image.info["Title"] == "图 map" and image.info["dpi"] == pytest.approx((300, 300), abs=0.01)


def test_strips_that_do_not_make_the_picture_are_refused() -> None:
    strip = np.zeros((4, 5, 3), np.uint8)
    for size in ((5, 9), (6, 4)):
        with pytest.raises(ValueError, match="in a picture"):
            write_png(BytesIO(), size, 300, [strip])


def test_a_sheet_in_strips_has_no_seam(monkeypatch: pytest.MonkeyPatch) -> None:
    """Only the dashes of a line may start anew where a strip does."""
    sheet = draw_sheet(square_town(), "A4")
    whole = np.asarray(Image.open(BytesIO(sheet.to_bytes("png", dpi=100)))).astype(int)
    monkeypatch.setattr(page, "STRIP_PIXELS", 200_000)
    strips = np.asarray(Image.open(BytesIO(sheet.to_bytes("png", dpi=100)))).astype(int)
    assert whole.shape == strips.shape == (826, 1169, 3)
    assert (np.abs(whole - strips).max(axis=2) > 8).mean() < 0.001
