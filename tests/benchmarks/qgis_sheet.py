"""The same layers through QGIS's own layout: /usr/bin/python3 tests/benchmarks/qgis_sheet.py town.gpkg out.pdf|out.png [font.ttf]

Runs in the Python that QGIS is installed for (Debian: python3-qgis), without a window. A3, 1:125 000, beats by category, labels
with QGIS's own engine, legend, bar, title: what a person would set up by hand. Prints seconds and memory. `font.ttf`: Noto Sans SC,
where the machine has no Chinese font. The town is written by `python -m tests.benchmarks.bench_sheet town.gpkg`.
"""

import os
import resource
import sys
import time
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from qgis.core import (  # type: ignore[import-not-found]
    QgsApplication,
    QgsCategorizedSymbolRenderer,
    QgsFillSymbol,
    QgsLayoutExporter,
    QgsLayoutItemLabel,
    QgsLayoutItemLegend,
    QgsLayoutItemMap,
    QgsLayoutItemPage,
    QgsLayoutItemScaleBar,
    QgsLayoutPoint,
    QgsLayoutSize,
    QgsPalLayerSettings,
    QgsPrintLayout,
    QgsProject,
    QgsRectangle,
    QgsRendererCategory,
    QgsTextBufferSettings,
    QgsTextFormat,
    QgsUnitTypes,
    QgsVectorLayer,
    QgsVectorLayerSimpleLabeling,
)
from qgis.PyQt.QtGui import QColor, QFont, QFontDatabase

FILLS = ("#fbf7c0", "#bbe0d8", "#c4b7f6", "#ce9d95")
LOOKS = {
    "grid_cells": {"color": "0,0,0,0", "outline_color": "#757575", "outline_width": "0.1", "outline_style": "dash"},
    "communities": {"color": "0,0,0,0", "outline_color": "#8a5a1f", "outline_width": "0.2"},
    "villages": {"color": "0,0,0,0", "outline_color": "#8a5a1f", "outline_width": "0.2"},
    "water": {"color": "#a6cfe9", "outline_color": "#4f94c2", "outline_width": "0.1"},
}
LABELLED = {"beats": 8.6, "communities": 7, "villages": 7, "stations": 6.1, "risk_places": 6.1, "schools": 6.1}
ORDER = ("stations", "risk_places", "schools", "police_rooms", "roads", "communities", "villages", "grid_cells", "water", "beats")


def layers(path: str) -> list:
    """The layers with looks and labels, topmost first."""
    made = []
    for key in ORDER:
        layer = QgsVectorLayer(f"{path}|layername={key}", key, "ogr")
        if not layer.isValid():
            continue
        if key in LOOKS:
            layer.renderer().setSymbol(QgsFillSymbol.createSimple(LOOKS[key]))
        if key == "beats":
            codes = sorted(str(feature["code"]) for feature in layer.getFeatures())
            looks = [{"color": FILLS[at % 4], "outline_color": "#1d2f4f", "outline_width": "0.45"} for at in range(len(codes))]
            categories = [QgsRendererCategory(c, QgsFillSymbol.createSimple(look), c) for c, look in zip(codes, looks, strict=True)]
            layer.setRenderer(QgsCategorizedSymbolRenderer("code", categories))
        if key in LABELLED:
            form, halo, settings = QgsTextFormat(), QgsTextBufferSettings(), QgsPalLayerSettings()
            form.setFont(QFont("Noto Sans SC"))
            form.setSize(LABELLED[key])
            halo.setEnabled(True)
            halo.setSize(0.5)
            halo.setColor(QColor("white"))
            form.setBuffer(halo)
            settings.setFormat(form)
            settings.fieldName = "name"
            layer.setLabeling(QgsVectorLayerSimpleLabeling(settings))
            layer.setLabelsEnabled(True)
        made.append(layer)
    return made


def main(path: str, out: str, font: str = "") -> None:
    """Set up, export, and say what it took."""
    start, wall = time.process_time(), time.perf_counter()
    app = QgsApplication([], False)
    app.initQgis()
    if font:
        QFontDatabase.addApplicationFont(font)
    project = QgsProject.instance()
    shown = layers(path)
    for layer in reversed(shown):  # each goes on top of those before
        project.addMapLayer(layer)
    project.setCrs(shown[0].crs())
    ready = time.process_time()
    layout = QgsPrintLayout(project)
    layout.initializeDefaults()
    layout.pageCollection().page(0).setPageSize("A3", QgsLayoutItemPage.Landscape)
    mm = QgsUnitTypes.LayoutMillimeters
    box = QgsRectangle()
    for layer in shown:
        if layer.name() == "grid_cells":
            box = layer.extent()
    sheet = QgsLayoutItemMap(layout)
    sheet.attemptMove(QgsLayoutPoint(14, 34, mm))
    sheet.attemptResize(QgsLayoutSize(280, 229, mm))
    sheet.setExtent(box)  # changes the height, so the size is set again
    sheet.attemptResize(QgsLayoutSize(280, 229, mm))
    sheet.setScale(125000)
    sheet.setFrameEnabled(True)
    layout.addLayoutItem(sheet)
    items = [(QgsLayoutItemLegend(layout), 300, 34), (QgsLayoutItemScaleBar(layout), 14, 270), (QgsLayoutItemLabel(layout), 14, 10)]
    for item, x, y in items:
        layout.addLayoutItem(item)
        item.attemptMove(QgsLayoutPoint(x, y, mm))
    items[0][0].setLinkedMap(sheet)
    items[1][0].setLinkedMap(sheet)
    items[1][0].applyDefaultSize()
    items[2][0].setText("警务区划分图")
    items[2][0].setFont(QFont("Noto Sans SC", 25))
    items[2][0].adjustSizeToText()
    exporter = QgsLayoutExporter(layout)
    if out.endswith(".pdf"):
        code = exporter.exportToPdf(out, QgsLayoutExporter.PdfExportSettings())
    else:
        settings = QgsLayoutExporter.ImageExportSettings()
        settings.dpi = 300
        code = exporter.exportToImage(out, settings)
    done = time.process_time()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    size = Path(out).stat().st_size / 1e6
    print(f"load {ready - start:4.2f} s  export {done - ready:4.2f} s  {size:5.2f} MB  peak {peak_mb:4.0f} MB", end="")
    print(f"  wall {time.perf_counter() - wall:4.1f} s  result {code}")
    placed: dict[str, int] = {}
    for found in exporter.labelingResults().values():
        for label in found.allLabels():
            if not label.isUnplaced:
                name = project.mapLayer(label.layerID).name()
                placed[name] = placed.get(name, 0) + 1
    print("names placed:", placed)
    sys.stdout.flush()
    os._exit(code)  # QGIS's own clearing up may crash without a window


if __name__ == "__main__":
    main(*sys.argv[1:4])
