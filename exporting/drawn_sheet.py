"""A drawn map sheet: what stands on it, and its files; the same sheet gives the same bytes."""

import secrets
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from exporting.enlargement import Enlargement
from exporting.geo_pdf import georeferenced
from exporting.label_placing import Placed
from exporting.map_view import MapView
from exporting.page import Page, TextMark
from layers.definition.refusal import Refusal, chosen
from layers.definition.text import Text

FORMATS = ("pdf", "png", "svg")
DPI = 300


@dataclass(frozen=True)
class Sheet:
    """A drawn sheet. `view` and `enlargement` tell where ground lies on the page; `labels` what was placed on the maps."""

    page: Page
    title: Text
    subject: Text
    maker: Text
    view: MapView
    enlargement: Enlargement | None
    labels: tuple[Placed, ...]
    enlarged_labels: tuple[Placed, ...]
    legend: tuple[str, ...]
    notes: tuple[Text, ...]
    named: tuple[tuple[str, Text], ...] = ()
    """What only a letter, or only its beat in brackets, stands for on the map: the key beside it."""
    symbols: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    enlarged_symbols: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    """Where the symbols of places stand (mm), by layer: on the map, and on its enlargement."""
    further: tuple[Page, ...] = ()
    """Pages of a PDF after the sheet itself: the whole index where it did not fit beside the map."""

    @property
    def scale(self) -> int:
        """Denominator of the main map's scale."""
        return self.view.scale

    @property
    def width_mm(self) -> float:
        """Width of the paper."""
        return self.page.width_mm

    @property
    def height_mm(self) -> float:
        """Height of the paper."""
        return self.page.height_mm

    @property
    def pages(self) -> tuple[Page, ...]:
        """The sheet itself and the pages that follow in a PDF."""
        return (self.page, *self.further)

    @property
    def texts(self) -> tuple[TextMark, ...]:
        """Every piece of text on the sheet itself, with size and box."""
        return tuple(self.page.marks)

    def save(self, target: str | Path | IO[bytes], format: str = "pdf", dpi: int = DPI) -> None:
        """Write to a path (whole or not at all) or into a binary stream. Refused: another format, a folder that can't be written."""
        content = self.to_bytes(format, dpi)
        if isinstance(target, str | Path):
            write_whole(Path(target), content)
        else:
            target.write(content)

    def to_bytes(self, format: str = "pdf", dpi: int = DPI) -> bytes:
        """The sheet as a file in memory. Refused: a format other than pdf, png and svg, a resolution outside 36 to 1200."""
        format = chosen(format, dict.fromkeys(FORMATS), Text("格式", "format"))
        if not 36 <= dpi <= 1200:
            raise Refusal(Text("分辨率须在 36 至 1200 dpi 之间。", "The resolution must lie between 36 and 1200 dpi."))
        out = BytesIO()
        self.page.write(out, format, dpi, self._metadata(format))
        if format != "pdf":
            return out.getvalue()
        views = [self.view, *([self.enlargement.view] if self.enlargement else [])]
        return georeferenced(out.getvalue(), views, further=[self._page_bytes(page) for page in self.further])

    def _page_bytes(self, page: Page) -> bytes:
        out = BytesIO()
        page.write(out, "pdf", DPI, self._metadata("pdf"))
        return out.getvalue()

    def _metadata(self, format: str) -> dict[str, Any]:
        title, subject = f"{self.title.zh} {self.title.en}".strip(), f"{self.subject.zh} {self.subject.en}".strip()
        if format == "svg":
            return {"Date": None, "Creator": "Jingge", "Title": title, "Description": subject}
        if format == "png":
            return {"Title": title, "Description": subject, "Author": self.maker.zh, "Software": "Jingge"}
        return {
            "Title": title,
            "Subject": subject,
            "Author": f"{self.maker.zh} {self.maker.en}".strip(),
            "Creator": "Jingge",
            "Producer": "Jingge with matplotlib",
            "CreationDate": None,
            "ModDate": None,
        }


def write_whole(path: Path, content: bytes) -> None:
    """Beside its place first, then moved there: nobody ever sees half a sheet. Who may read it is the umask's to say."""
    unfinished = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
        unfinished.replace(path)
    except OSError as error:
        with suppress(OSError):
            unfinished.unlink()
        raise Refusal(
            Text("无法写入 {folder}：{why}。", "{folder} can't be written: {why}.").fill(folder=path.parent, why=error.strerror),
            Text("请选择另一个文件夹。", "Choose another folder."),
        ) from error
