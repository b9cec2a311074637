"""A CSV of any length comes in chunks, can be watched and stopped, and is never taken in part without a word."""

import dataclasses
import tracemalloc
from pathlib import Path

import pandas as pd
import pytest

from importing.read_csv_chunks import read_csv_chunks
from importing.read_limits import DEFAULT_LIMITS
from layers.definition.refusal import Refusal

ROWS = 25_000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    made = tmp_path / "incidents.csv"
    made.write_bytes(("编码,时间,描述\n" + "".join(f'{i:06},2024-01-31T08:30,"盗窃,{i}\n二行"\n' for i in range(ROWS))).encode("gbk"))
    return made


def test_chunks_are_the_file_in_order(path: Path) -> None:
    chunks = list(read_csv_chunks(path, "incidents.csv", rows=10_000))
    assert [len(chunk) for chunk in chunks] == [10_000, 10_000, 5_000]
    whole = pd.concat(chunks)
    assert list(whole.index) == list(range(ROWS)) and list(whole.columns) == ["编码", "时间", "描述"]
    assert list(whole["编码"]) == [f"{i:06}" for i in range(ROWS)] and whole["描述"].iloc[-1] == f"盗窃,{ROWS - 1}\n二行"


def test_progress_is_told_in_bytes_and_ends_at_the_whole(path: Path) -> None:
    told: list[tuple[int, int]] = []
    list(read_csv_chunks(path, "incidents.csv", rows=5_000, progress=lambda done, total: told.append((done, total))))
    size = path.stat().st_size
    assert [total for _, total in told] == [size] * 5 and told == sorted(told) and told[-1][0] == size


def test_stopping_is_a_refusal_so_that_the_taker_undoes_what_it_has(path: Path) -> None:
    taken: list[int] = []
    with pytest.raises(Refusal, match="stopped after 10,000 rows"):
        for chunk in read_csv_chunks(path, "incidents.csv", rows=5_000, stop=lambda: len(taken) == 2):
            taken.append(len(chunk))
    assert taken == [5_000, 5_000]


def test_a_row_of_another_length_is_refused_at_the_end_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n\na,b\n" + "1,2\n" * 30 + "1,2,3\n" + "1,2\n" * 10 + "1\n")
    with pytest.raises(Refusal, match=r"2 rows have another.*data row 31 with 3"):
        list(read_csv_chunks(path, "a.csv"))


@pytest.mark.parametrize("text", ["a,b\n", "a,b"])
def test_a_header_alone_gives_no_chunk(text: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(text)
    assert list(read_csv_chunks(path, "a.csv")) == []


def test_too_many_rows_and_other_formats_are_refused(path: Path) -> None:
    with pytest.raises(Refusal, match="the limit is 9,000"):
        list(read_csv_chunks(path, "incidents.csv", rows=5_000, limits=dataclasses.replace(DEFAULT_LIMITS, max_rows=9_000)))
    with pytest.raises(Refusal, match="wrong extension"):
        list(read_csv_chunks(path, "incidents.xlsx"))
    path.write_bytes(b'{"type": "FeatureCollection", "features": []}')
    with pytest.raises(Refusal, match="Only CSV"):
        list(read_csv_chunks(path, "incidents.json"))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    row = b"430703001001001,2024-01-31T08:30," + b"x" * 60 + b"\n"
    path.write_bytes(b"a,b,c\n" + row * 300_000)
    tracemalloc.start()
    for chunk in read_csv_chunks(path, "a.csv", rows=20_000):
        del chunk
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < path.stat().st_size / 2
