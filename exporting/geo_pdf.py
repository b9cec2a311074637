"""Georeferences a PDF: each map becomes a geospatial viewport, so that GIS and PDF readers tell where a point of the paper lies.

ISO 32000-2, 12.10 (the form that Adobe and GDAL read). The four corners carry latitude and longitude of EPSG:4490; the map's own
coordinate system is named by its EPSG code and in words (WKT 1, ESRI's form).
"""

from collections.abc import Sequence
from decimal import Decimal
from io import BytesIO

import pikepdf
from pikepdf import Array, Dictionary, Name, String
from pyproj import CRS, Transformer

from exporting.map_view import MapView
from layers.definition.crs import STORED_CRS

POINTS_PER_MM = 72 / 25.4


def georeferenced(content: bytes, views: Sequence[MapView], page: int = 0, further: Sequence[bytes] = ()) -> bytes:
    """The PDF with one viewport per view, the largest first, and the pages of `further` behind it; the same input gives the same bytes."""
    with pikepdf.open(BytesIO(content)) as pdf:
        for each in further:
            with pikepdf.open(BytesIO(each)) as more:
                pdf.pages.extend(more.pages)
        pdf.pages[page].VP = Array([_viewport(view, at) for at, view in enumerate(views)])
        out = BytesIO()
        pdf.save(out, deterministic_id=True)
    return out.getvalue()


def _viewport(view: MapView, at: int) -> Dictionary:
    return Dictionary(
        Type=Name.Viewport,
        Name=String("Layers" if at == 0 else f"Enlargement {at}"),
        BBox=Array([Decimal(f"{mm * POINTS_PER_MM:.4f}") for mm in view.frame]),
        Measure=_measure(view),
    )


def _measure(view: MapView) -> Dictionary:
    west, south, east, north = view.ground(view.frame)
    to_degrees = Transformer.from_crs(view.crs, STORED_CRS, always_xy=True)
    corners = [(west, south), (west, north), (east, north), (east, south)]
    degrees = [Decimal(f"{value:.10f}") for x, y in corners for value in reversed(to_degrees.transform(x, y))]
    crs = CRS(view.crs)
    system = Dictionary(Type=Name.PROJCS, WKT=String(crs.to_wkt("WKT1_ESRI")))
    if (code := crs.to_epsg()) is not None:
        system.EPSG = code
    unit_square = Array([0, 0, 0, 1, 1, 1, 1, 0])
    return Dictionary(
        Type=Name.Measure,
        Subtype=Name.GEO,
        Bounds=unit_square,
        GPTS=Array(degrees),
        LPTS=unit_square,
        GCS=system,
        PDU=Array([Name.KM, Name.SQKM, Name.DEG]),
    )
