"""Makes hostile workbooks."""

from collections.abc import Callable
from pathlib import Path

from tests.importing import good_files
from tests.importing.hostile_files import LAUGHS, Bait, Hostile


def workbook(sheet: str, **parts: str) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        filled = sheet.replace("SECRET", bait.secret.as_uri()).replace("ADDRESS", bait.address)
        return bait.write(name, good_files.workbook(filled, {key.replace("__", "/") + ".bin": value for key, value in parts.items()}))

    return make


def cell(reference: str, text: str = "x") -> str:
    return f'<row r="{reference.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")}"><c r="{reference}" t="inlineStr"><is><t>{text}</t></is></c></row>'


HEADER = '<row r="1"><c r="A1" t="inlineStr"><is><t>code</t></is></c><c r="B1" t="inlineStr"><is><t>name</t></is></c></row>'


def laughing(bait: Bait, name: str) -> Path:
    return bait.write(name, good_files.workbook(HEADER + cell("A2", "&a9;"), before=LAUGHS))


def wide_workbook(bait: Bait, name: str) -> Path:
    return bait.write(
        name, good_files.workbook("".join(f'<row><c t="inlineStr"><is><t>{"x" * 30_000}</t></is></c></row>' for _ in range(1_000)))
    )


HOSTILE = (
    Hostile("cell at the end of the sheet", workbook(HEADER + cell("XFD1048576")), "XFD1048576", "a.xlsx"),
    Hostile("cell below the sheet's end", workbook(HEADER + cell("A1048576")), "A1048576", "a.xlsx"),
    Hostile("workbook entity bomb", laughing, "DOCTYPE", "a.xlsx"),
    Hostile("workbook of repetition", wide_workbook, "times its size", "a.xlsx"),
    Hostile(
        "merged over all",
        workbook(HEADER + cell("A2") + '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells><sheetData>'),
        None,
        "a.xlsx",
    ),
    Hostile("workbook with macros", workbook(HEADER, xl__vbaProject="x"), "macros", "a.xlsx"),
    Hostile(
        "formula that calls out",
        workbook(HEADER + '<row r="2"><c r="A2"><f>WEBSERVICE("ADDRESS")</f><v>7</v></c></row>'),
        None,
        "a.xlsx",
        True,
    ),
    Hostile("old excel", lambda bait, name: bait.write(name, b"\xd0\xcf\x11\xe0" + bytes(600)), "old or encrypted", "a.xls"),
)
