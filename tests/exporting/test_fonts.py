"""Text is measured with the font's own numbers and broken where it may be broken."""

import numpy as np
import pytest

from exporting.fonts import MM_PER_POINT, missing_characters, shortened, text_width_mm, wrapped


def test_a_chinese_character_is_as_wide_as_its_size() -> None:
    assert text_width_mm("警务区", 10) == pytest.approx(3 * 10 * MM_PER_POINT)
    assert text_width_mm("", 10) == 0


def test_characters_that_the_font_lacks_are_found_once_each_in_order() -> None:
    assert missing_characters(["警务区 Beat 109°30′E km² −γ…", "彧昇珺祎璟翾瑢堉"]) == []
    assert missing_characters(["一𪻐二", "𪻐\U0001f600"]) == ["𪻐", "\U0001f600"]


def test_lines_are_no_longer_than_allowed_and_lose_nothing() -> None:
    text = "名称和代码为官方资料, figures are from a report; Averyveryverylongwordindeed"
    lines = wrapped(text, 25, 7)
    assert all(text_width_mm(line, 7) <= 25 for line in lines)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")


def test_a_list_is_broken_between_its_names() -> None:
    assert wrapped("风筝坪社区、杨家村、梭西村", 20, 7, is_list=True) == ["风筝坪社区、", "杨家村、梭西村"]


def test_what_is_shortened_says_so() -> None:
    assert shortened("警务区", 50, 7) == "警务区"
    cut = shortened("很长很长的名称", 10, 7)
    assert cut.endswith("…") and text_width_mm(cut, 7) <= 10


def test_a_name_of_a_list_that_is_too_long_is_broken_between_its_words() -> None:
    text = "Fengzhengping Community, Suoxi Village"
    for width in np.arange(text_width_mm("Fengzhengping", 6.1) + 0.01, text_width_mm(text, 6.1), 0.7):
        lines = wrapped(text, float(width), 6.1, is_list=True)
        assert " ".join(lines) == text
        assert all(text_width_mm(line, 6.1) <= width for line in lines)
