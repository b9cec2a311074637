"""CPU time of placing and checking a million incidents in chunks of 200,000: python -m tests.benchmarks.bench_table_check

The rows are text as a CSV gives them; one in a hundred is outside the town, protected, or has an unknown category.
"""

import resource
import time

import numpy as np
import pandas as pd

from importing.crs_check import choose_placement, place_rows
from importing.field_match import matched
from importing.finding_tally import FindingTally
from importing.kinds import KINDS
from importing.place_wording import PLACE
from importing.table_check import TableCheck
from layers.incidents import CATEGORIES
from tests.importing.drawn_source import FRAME, TOWN, source

ROWS, CHUNK = 1_000_000, 200_000


def incidents(rows: int) -> pd.DataFrame:
    """Made rows, all text."""
    random = np.random.default_rng(0)
    seconds = np.datetime64("2024-01-01", "s") + random.integers(0, 86400 * 700, rows)
    words = [text.zh for text in CATEGORIES.values()]
    return pd.DataFrame(
        {
            "警情编号": [f"J{i:09d}" for i in range(rows)],
            "案发时间": np.char.replace(np.datetime_as_string(seconds), "T", " "),
            "警情类别": random.choice([*words * 8, "家庭暴力", "其他"], rows),
            "来源": random.choice(["群众报警", "主动发现"], rows),
            "经度": random.uniform(109.64, 109.6804, rows).round(6).astype(str),
            "纬度": random.uniform(28.68, 28.72, rows).round(6).astype(str),
            "辖区": "示例派出所",
        }
    ).astype("str")


def main() -> None:
    """Print seconds by step, memory and findings."""
    table, kind = incidents(ROWS), KINDS["incidents"]
    spent = {"place": 0.0, "check": 0.0}
    placement, _ = choose_placement(source(table.iloc[:CHUNK]), FRAME, datum="wgs84")
    assert placement is not None and placement.columns is not None
    columns, _ = matched(list(table.columns), kind, taken=placement.columns.names)
    check, tally = TableCheck(kind, columns, TOWN), FindingTally(PLACE)
    for at in range(0, ROWS, CHUNK):
        chunk = source(table.iloc[at : at + CHUNK])
        start = time.process_time()
        rows = place_rows(chunk, placement, FRAME, tally)
        middle = time.process_time()
        check.add(chunk, rows)
        spent["place"] += middle - start
        spent["check"] += time.process_time() - middle
    print(f"{ROWS:,} incidents: place {spent['place']:.1f} CPU s, check {spent['check']:.1f} CPU s")
    print(f"greatest memory {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6:.2f} GB, of which the made table itself is a part")
    for finding in (*tally.findings(), *check.report().findings):
        print(f"  {finding.severity:<8} {finding.key:<20} {finding.count:>9,}")


if __name__ == "__main__":
    main()
