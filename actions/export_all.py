"""Everything of a plan in one zip: sheets, map book, tables, what it changes, data, the page and a read-me; for a nightly job too."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from actions import compare_plans, make_book, plan_files, take_snapshot
from actions.caller import Caller
from actions.export_data import DataFile, DataWish, about_data, data_tables, make_data
from actions.export_page import PageWish, make_page
from actions.see_map import shown_plan
from exporting.data_table import system
from exporting.read_me import read_me
from exporting.steady_zip import named, steady_zip, write_whole
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text

Progress = Callable[[float, Text], bool]
PAPERS = (("A3", "landscape"), ("A4", "portrait"))
DATA_FORMATS = ("gpkg", "xlsx", "shp", "geojson")


@dataclass(frozen=True)
class AllWish:
    """Which plan (None: in force), fields up to a level below single incidents, language of headings, what for, day of the read-me.

    Without a day every sheet, book and page in it says who took it and when; with one the same town gives the same bytes.
    """

    plan_id: str | None = None
    level: Sensitivity = Sensitivity.STAFF
    language: Language = "zh"
    purpose: str = ""
    day: date | None = None


def _unwatched(share: float, what: Text) -> bool:
    return True


def make_all(caller: Caller, wish: AllWish, progress: Progress = _unwatched) -> DataFile:
    """The zip in memory. What can't be made is left out and named in the read-me; a right that lacks refuses the whole.

    Refused: single incidents (they go by `export_data`, each with its purpose); when stopped.
    """
    for action in ("export_data", "export_page", "export_plan", "make_book", "take_snapshot"):
        caller.must(action)
    if wish.level >= Sensitivity.INCIDENT:
        raise Refusal(
            Text("打包不含逐条警情。", "The bundle holds no single incidents."),
            Text("请在数据导出中单独取用。", "Take them by a data export of their own."),
        )
    plan = shown_plan(caller, wish.plan_id)
    files: dict[str, bytes] = {}
    left_out: list[Text] = []
    steps = _steps(caller, wish, plan.header.id)
    for place, (what, make) in enumerate(steps):
        if not progress(place / len(steps), what):
            raise Refusal(Text("已停止打包，未留下文件。", "The bundle was stopped; no file was left."))
        try:
            files |= make()
        except Refusal as refusal:
            left_out.append(Text(f"未含{what.zh}：{refusal.text.zh}", f"Left out: {what.en}. {refusal.text.en}"))
    chosen = DataWish(plan.header.id, level=wish.level, purpose=wish.purpose, day=wish.day)
    sizes = {name: len(content) for name, content in files.items()}
    read = read_me(data_tables(caller, chosen), about_data(caller, chosen), system(), wish.language, left_out, sizes)
    content = steady_zip({"README.txt": read, **files})
    caller.note(
        "export_all", plan.header.id, files=len(files), bytes=len(content), level=wish.level.name, purpose=wish.purpose.strip()[:200]
    )
    name = named("jingge", caller.model.town.code, plan.header.id[:16], f"r{plan.header.revision}", "all")
    return DataFile(f"{name}.zip", content, tuple(left_out))


def save_all(caller: Caller, wish: AllWish, path: str | Path, progress: Progress = _unwatched) -> DataFile:
    """Write the zip to a file, whole or not at all. Refused: as `make_all`; another ending; a folder that can't be written."""
    out = Path(path)
    if out.suffix.lower() != ".zip":
        raise Refusal(
            Text("文件名应以 .zip 结尾。", "The name of the file ends in .zip."), Text("例如 plan.zip。", "For example plan.zip.")
        )
    made = make_all(caller, wish, progress)
    write_whole(out, made.content)
    return DataFile(out.name, made.content, made.notes)


def _steps(caller: Caller, wish: AllWish, plan_id: str) -> list[tuple[Text, Callable[[], dict[str, bytes]]]]:
    def sheet(paper: str, orientation: str) -> Callable[[], dict[str, bytes]]:
        asked = take_snapshot.SheetWish(plan_id, paper, orientation, "both", "pdf", purpose=wish.purpose[: take_snapshot.LONGEST_PURPOSE])
        taken = take_snapshot.take_sheet if wish.day is None else take_snapshot.make_sheet
        return lambda: {f"sheets/{paper}_{orientation}.pdf": taken(caller, asked).content}

    def book() -> dict[str, bytes]:
        asked = make_book.BookWish(plan_id, purpose=wish.purpose[: take_snapshot.LONGEST_PURPOSE])
        made = make_book.make_book(caller, asked) if wish.day is None else make_book.plain_book(caller, asked)
        return {"book/by_beat.pdf": made.content}

    def table(format: str) -> Callable[[], dict[str, bytes]]:
        return lambda: {f"plan/plan.{format}": plan_files.export_plan(caller, plan_id, format).content}

    def data(format: str) -> Callable[[], dict[str, bytes]]:
        asked = DataWish(plan_id, formats=(format,), level=wish.level, language=wish.language, purpose=wish.purpose, day=wish.day)
        return lambda: {f"data/{format}.zip": make_data(caller, asked).content}

    def page() -> dict[str, bytes]:
        asked = PageWish(plan_id, min(wish.level, Sensitivity.STAFF), language=wish.language, day=wish.day, purpose=wish.purpose)
        return {"page/map.html": make_page(caller, asked).content}

    steps: list[tuple[Text, Callable[[], dict[str, bytes]]]] = []
    if wish.level >= Sensitivity.STAFF:  # sheets and plan tables name leads
        steps += [(Text(f"{paper} 图", f"{paper} sheet"), sheet(paper, turn)) for paper, turn in PAPERS]
        steps += [(Text(f"方案表 {form}", f"plan table {form}"), table(form)) for form in ("xlsx", "csv")]
        steps += [*_change(caller, plan_id), (Text("地图册", "map book"), book)]
    steps += [(Text(f"数据 {form}", f"data {form}"), data(form)) for form in DATA_FORMATS]
    return [*steps, (Text("网页", "web page"), page)]


def _change(caller: Caller, plan_id: str) -> list[tuple[Text, Callable[[], dict[str, bytes]]]]:
    """What the plan changes against the one in force, where that is another."""
    in_force = caller.store.plan_in_force()
    if in_force is None or in_force.header.id == plan_id:
        return []

    def make() -> dict[str, bytes]:
        versions = (compare_plans.PlanVersion(in_force.header.id), compare_plans.PlanVersion(plan_id))
        found = compare_plans.compare_plans(caller, *versions)
        return {"sheets/change.pdf": plan_files.change_sheet_content(caller, found).content}

    return [(Text("变更图", "change sheet"), make)]
