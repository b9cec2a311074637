"""Map tiles out of a local MBTiles file, read only. Source: MBTiles 1.3."""

import sqlite3
from pathlib import Path
from threading import Lock

from layers.definition.refusal import Refusal
from layers.definition.text import Text

MIME_TYPES = {
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "webp": "image/webp",
    "pbf": "application/vnd.mapbox-vector-tile",
}
_DEEPEST_ZOOM = 30


class Tiles:
    """One MBTiles file, safe for threads. Refused: a missing file, and one that is not MBTiles with a known format."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)
        if not self.path.is_file():
            raise self._refusal(Text("找不到底图文件 {name}。", "There is no base map file {name}."))
        self._lock = Lock()
        self._connection = sqlite3.connect(f"{self.path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        try:
            self._metadata = {str(name): str(value) for name, value in self._connection.execute("SELECT name, value FROM metadata")}
            self._connection.execute("SELECT zoom_level, tile_column, tile_row, tile_data FROM tiles LIMIT 1").fetchone()
        except sqlite3.Error as error:
            self.close()
            raise self._refusal(Text("{name} 不是可读的 MBTiles 文件。", "{name} is not a readable MBTiles file.")) from error
        if self._metadata.get("format") not in MIME_TYPES:
            self.close()
            raise self._refusal(Text("{name} 没有写明可用的瓦片格式。", "{name} does not state a tile format that can be shown."))

    @property
    def mime(self) -> str:
        """Media type of every tile. Vector tiles (pbf) are kept gzipped."""
        return MIME_TYPES[self._metadata["format"]]

    def metadata(self) -> dict[str, str]:
        """The file's own description: name, format, bounds, minzoom, maxzoom, attribution and whatever else it states."""
        return dict(self._metadata)

    def tile(self, z: int, x: int, y: int) -> bytes | None:
        """The tile at that place of the web's numbering (y counts from the north); None where the file has none."""
        if not (0 <= z <= _DEEPEST_ZOOM and 0 <= x < 2**z and 0 <= y < 2**z):
            return None
        with self._lock:
            row = self._connection.execute(
                "SELECT tile_data FROM tiles WHERE zoom_level = ? AND tile_column = ? AND tile_row = ?",
                (z, x, 2**z - 1 - y),  # the file counts rows from the south
            ).fetchone()
        return None if row is None or row[0] is None else bytes(row[0])

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _refusal(self, message: Text) -> Refusal:
        return Refusal(
            message.fill(name=self.path.name),
            Text("请在设置 tiles_file 中写明一个 .mbtiles 文件。", "Name an .mbtiles file in the setting tiles_file."),
        )
