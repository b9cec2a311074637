"""A file as it was read, before anybody decided what its columns mean or where its coordinates lie."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.definition.text import Text


@dataclass(frozen=True, eq=False)
class SourceTable:
    """One layer or sheet of a file. Rows keep the file's order; row 1 is the first row of data.

    columns: values as the file has them (text stays text, codes are never numbers when the format allows to tell);
    shapes: (n,) shapely geometries in the file's own coordinates, None where a row has none; None for a plain table.
    """

    file_name: str
    sha256: str
    driver: str
    layer: str
    encoding: str
    encoding_reason: Text
    encoding_samples: tuple[str, ...]
    declared_crs: str | None
    """What the file itself says, as 'EPSG:xxxx' or WKT; None when it says nothing."""
    columns: pd.DataFrame
    shapes: NDArray[np.object_] | None
    other_layers: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.columns)

    def about(self) -> dict[str, Any]:
        """What the report and the ledger keep of it."""
        return {
            "file": self.file_name,
            "sha256": self.sha256,
            "driver": self.driver,
            "layer": self.layer,
            "encoding": self.encoding,
            "encoding_reason": self.encoding_reason.en,
            "encoding_reason_zh": self.encoding_reason.zh,
            "other_layers": list(self.other_layers),
            "declared_crs": self.declared_crs,
            "rows": len(self),
        }
