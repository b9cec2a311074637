"""Layers as files for other programs, in one zip with a read-me: which formats, which coordinate system, what must be said."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exporting.data_table import DataTable, System, system
from exporting.read_me import About, read_me
from exporting.shapes_out import ENCODINGS, Files, cut_texts, geojson, geopackage, geoparquet, kml, shapefiles
from exporting.steady_zip import safe_name, steady_zip
from exporting.table_out import csv_files, xlsx
from layers.definition.crs import STORED_CRS, Datum
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text

FORMATS: dict[str, Text] = {
    "gpkg": Text("GeoPackage（QGIS，带样式）", "GeoPackage (QGIS, with styles)"),
    "geojson": Text("GeoJSON（经纬度）", "GeoJSON (degrees)"),
    "shp": Text("Shapefile", "Shapefile"),
    "kml": Text("KML（经纬度）", "KML (degrees)"),
    "csv": Text("CSV 表", "CSV tables"),
    "xlsx": Text("Excel 表", "Excel workbook"),
    "parquet": Text("GeoParquet", "GeoParquet"),
}
DEGREES_ONLY = frozenset({"geojson", "kml"})
Progress = Callable[[float, Text], bool]


@dataclass(frozen=True)
class DataChoice:
    """How files are written: formats (keys of FORMATS), EPSG code, a shifted datum on explicit wish, a Shapefile's encoding."""

    formats: tuple[str, ...] = ("gpkg",)
    epsg: str = STORED_CRS
    datum: Datum = "wgs84"
    encoding: str = "UTF-8"
    language: Language = "zh"
    """Of headings in CSV and XLSX; the read-me is in both."""


@dataclass(frozen=True)
class DataZip:
    """The zip: its name without ending (which bears the datum), its bytes, and what the person should know."""

    name: str
    content: bytes
    notes: tuple[Text, ...]


def unwatched(share: float, what: Text) -> bool:
    """Progress that nobody looks at."""
    return True


def data_files(
    tables: Sequence[DataTable], choice: DataChoice, about: About, name: str, progress: Progress = unwatched
) -> tuple[Files, tuple[Text, ...]]:
    """The files by name, a folder per format, with README.txt, and notes. Same tables, choice and about: same bytes.

    Folder and files bear the mark of a system that is not the stored one, of a shifted datum above all.

    Refused: no layer or format, one that is unknown, a system that does not fit, characters the encoding lacks, when stopped.
    """
    formats = _formats(choice, tables)
    wished = system(choice.epsg, choice.datum)
    notes = notes_on(tables, choice, wished)
    files: Files = {}
    for place, key in enumerate(formats):
        if not progress(place / len(formats), Text("正在写 {format}", "Writing {format}").fill(format=FORMATS[key])):
            raise Refusal(Text("已停止导出，未留下文件。", "The export was stopped; no file was left."))
        mark = f"_{_mark(key, wished)}" if _mark(key, wished) else ""
        made = _made(key, tables, choice, wished, f"{name}{mark}")
        files |= {f"{key}{mark}/{_marked(file, mark)}": content for file, content in made.items()}
    sizes = {file: len(content) for file, content in files.items()}
    return {"README.txt": read_me(tables, about, wished, choice.language, notes, sizes), **files}, notes


def data_zip(tables: Sequence[DataTable], choice: DataChoice, about: About, name: str, progress: Progress = unwatched) -> DataZip:
    """The files of `data_files` in one zip of fixed dates."""
    name = safe_name(name)
    files, notes = data_files(tables, choice, about, name, progress)
    mark = system(choice.epsg, choice.datum).mark
    return DataZip(f"{name}_{mark}" if mark else name, steady_zip(files), notes)


def notes_on(tables: Sequence[DataTable], choice: DataChoice, wished: System) -> tuple[Text, ...]:
    """Every choice made without asking."""
    notes = []
    if wished.datum != "wgs84":
        notes.append(
            Text(
                "坐标已偏移为 {datum}，比真实位置偏数百米，只能叠加在同一偏移的底图上。",
                "Coordinates are shifted to {datum}, hundreds of metres from the true place: for base maps of that shift only.",
            ).fill(datum=wished.title)
        )
    elif not wished.in_degrees and DEGREES_ONLY & set(choice.formats):
        notes.append(
            Text(
                "GeoJSON 与 KML 只用经纬度（EPSG:4326），未按所选投影写出。",
                "GeoJSON and KML know degrees only: they are in EPSG:4326, not in the system chosen.",
            )
        )
    if "shp" in choice.formats:
        cut = sum(cut_texts(table, choice.encoding) for table in tables)
        if cut:
            notes.append(
                Text(
                    "Shapefile 中有 {n} 处文字超过 254 字节，已截断。",
                    "In the Shapefiles {n} texts are longer than 254 bytes and were cut.",
                ).fill(n=cut)
            )
    empty = [table for table in tables if not len(table.rows)]
    if empty:
        notes.append(
            Text("{n} 个图层没有要素（首个：{t}）。", "{n} layers hold no feature (first: {t}).").fill(n=len(empty), t=empty[0].title)
        )
    return tuple(notes)


def _formats(choice: DataChoice, tables: Sequence[DataTable]) -> tuple[str, ...]:
    unknown = [key for key in choice.formats if key not in FORMATS]
    if unknown or not choice.formats:
        raise Refusal(
            Text("没有格式“{f}”。", "There is no format {f}.").fill(f=unknown[0])
            if unknown
            else Text("没有选择格式。", "No format was chosen."),
            Text("可选：{all}。", "Choose among {all}.").fill(all=", ".join(FORMATS)),
        )
    if not tables:
        raise Refusal(Text("没有选择图层。", "No layer was chosen."), Text("请至少选一个。", "Choose one at least."))
    if "shp" in choice.formats and choice.encoding not in ENCODINGS:
        raise Refusal(Text("没有编码“{e}”。", "There is no encoding {e}.").fill(e=choice.encoding))
    return tuple(dict.fromkeys(choice.formats))


def _mark(key: str, wished: System) -> str:
    return "" if key in DEGREES_ONLY and wished.datum == "wgs84" else wished.mark


def _marked(file: str, mark: str) -> str:
    """The name with its mark: a file that leaves its folder still says in which system it is."""
    name, dot, ending = file.partition(".")
    return file if name.endswith(mark) else f"{name}{mark}{dot}{ending}"


def _made(key: str, tables: Sequence[DataTable], choice: DataChoice, wished: System, name: str) -> Files:
    if key == "gpkg":
        return geopackage(tables, wished, name)
    if key == "geojson":
        return geojson(tables, wished)
    if key == "shp":
        return shapefiles(tables, wished, choice.encoding)
    if key == "kml":
        return kml(tables, wished, name)
    if key == "csv":
        return csv_files(tables, wished, choice.language)
    if key == "xlsx":
        return xlsx(tables, wished, name, choice.language)
    return geoparquet(tables, wished)
