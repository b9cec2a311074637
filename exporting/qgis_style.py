"""A layer's style as QGIS reads it out of a GeoPackage: QML for QGIS, SLD for others."""

from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, tostring

from exporting.data_table import DataTable
from layers.definition.layer import Style

MARKERS = {"circle": "circle", "square": "square", "triangle": "triangle", "diamond": "diamond", "star": "star", "house": "pentagon"}
"""Symbols of ours -> shapes that QGIS and SLD have; others become a circle."""
PLAIN = "#cccccc"
NUMBER_AND_NAME = '"code" || \' \' || "name"'  # an expression of QGIS
SCALE_OF_ZOOM_0 = 559_082_264  # of web maps at the equator, at 96 dots per inch


def qml(table: DataTable) -> str:
    """The QGIS style document of a layer: one symbol, or one per code where the layer brings colours, and its names as on the screen."""
    named = table.style.label_priority is not None and any(field.name == "name" for field in table.fields)
    root = Element("qgis", version="3.22.0", styleCategories="Symbology|Labeling", labelsEnabled="1" if named else "0")
    if table.colours:
        renderer = SubElement(root, "renderer-v2", type="categorizedSymbol", attr="code", symbollevels="0", enableorderby="0")
        categories = SubElement(renderer, "categories")
        symbols = SubElement(renderer, "symbols")
        for number, (code, fill) in enumerate(sorted(table.colours.items())):
            SubElement(categories, "category", value=code, symbol=str(number), label=code, render="true")
            _qml_symbol(symbols, str(number), table, fill)
    else:
        renderer = SubElement(root, "renderer-v2", type="singleSymbol", symbollevels="0", enableorderby="0")
        _qml_symbol(SubElement(renderer, "symbols"), "0", table, table.style.fill)
    if named:
        _qml_names(root, table)
    return "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n" + tostring(root, encoding="unicode")


def _qml_names(root: Element, table: DataTable) -> None:
    """Names with a white halo, from the scale of the zoom at which the screen shows them; areas with colours also by their number."""
    style, expression = table.style, NUMBER_AND_NAME if table.colours else "name"
    settings = SubElement(SubElement(root, "labeling", type="simple"), "settings")
    text = {"fieldName": expression, "isExpression": "1" if table.colours else "0", "fontSize": "10" if table.colours else "8"}
    letters = SubElement(settings, "text-style", text | {"fontSizeUnit": "Point", "textColor": "20,40,75,255", "fontWeight": "50"})
    SubElement(letters, "text-buffer", bufferDraw="1", bufferSize="0.8", bufferSizeUnits="MM", bufferColor="255,255,255,255")
    place = {"polygon": "1", "line": "2", "point": "6"}[table.geometry]  # over its area, along it, beside it
    SubElement(settings, "placement", placement=place, priority=str(max(10 - (style.label_priority or 0) // 10, 0)), dist="1")
    from_scale = round(SCALE_OF_ZOOM_0 / 2**style.label_from_zoom)
    limits = {"scaleVisibility": "1" if style.label_from_zoom else "0", "scaleMin": str(from_scale), "scaleMax": "0"}
    SubElement(settings, "rendering", limits | {"drawLabels": "1", "obstacle": "1"})


def _qml_symbol(parent: Element, name: str, table: DataTable, fill: str | None) -> None:
    style = table.style
    line = _rgba(style.stroke or "#000000", 1.0 if style.stroke else 0.0)
    inside = _rgba(fill or PLAIN, style.fill_opacity if fill else 0.0)
    width = f"{style.weight * 0.26:.2f}"  # CSS pixels of 1/96 inch -> millimetres
    pen = "dash" if style.dash else "solid"
    kind = {"polygon": "fill", "line": "line", "point": "marker"}[table.geometry]
    options: Mapping[str, str]
    if kind == "fill":
        symbol_layer, options = "SimpleFill", {
            "color": inside, "outline_color": line, "outline_width": width, "outline_width_unit": "MM",
            "outline_style": pen if style.stroke else "no", "style": "solid" if fill else "no",
        }  # fmt: skip
    elif kind == "line":
        symbol_layer, options = "SimpleLine", {"line_color": line, "line_width": width, "line_width_unit": "MM", "line_style": pen}
    else:
        symbol_layer, options = "SimpleMarker", {
            "color": inside, "name": MARKERS.get(style.symbol, "circle"), "outline_color": line, "outline_width": width,
            "outline_style": "solid" if style.stroke else "no", "size": f"{style.size * 2 * 0.26:.2f}", "size_unit": "MM",
        }  # fmt: skip
    symbol = SubElement(parent, "symbol", type=kind, name=name, alpha="1", clip_to_extent="1")
    layer = SubElement(symbol, "layer", {"class": symbol_layer, "enabled": "1", "locked": "0", "pass": "0"})
    listed = SubElement(layer, "Option", type="Map")
    for key, value in options.items():
        SubElement(listed, "Option", type="QString", name=key, value=value)
    for key, value in options.items():
        SubElement(layer, "prop", k=key, v=value)  # before QGIS 3.26


def sld(table: DataTable) -> str:
    """The same as SLD 1.0."""
    root = Element(
        "StyledLayerDescriptor",
        {"version": "1.0.0", "xmlns": "http://www.opengis.net/sld", "xmlns:ogc": "http://www.opengis.net/ogc"},
    )
    named = SubElement(root, "NamedLayer")
    SubElement(named, "Name").text = table.key
    holder = SubElement(SubElement(named, "UserStyle"), "FeatureTypeStyle")
    kinds: list[tuple[str | None, str | None]] = [*sorted(table.colours.items())] or [(None, table.style.fill)]
    for code, fill in kinds:
        rule = SubElement(holder, "Rule")
        if code is not None:
            equal = SubElement(SubElement(rule, "ogc:Filter"), "ogc:PropertyIsEqualTo")
            SubElement(equal, "ogc:PropertyName").text = "code"
            SubElement(equal, "ogc:Literal").text = code
        _sld_symbol(rule, table, fill)
    return tostring(root, encoding="unicode")


def _sld_symbol(rule: Element, table: DataTable, fill: str | None) -> None:
    style = table.style
    if table.geometry == "line":
        _stroke(SubElement(rule, "LineSymbolizer"), style)
        return
    if table.geometry == "polygon":
        parent = SubElement(rule, "PolygonSymbolizer")
    else:
        graphic = SubElement(SubElement(rule, "PointSymbolizer"), "Graphic")
        parent = SubElement(graphic, "Mark")
        SubElement(parent, "WellKnownName").text = {"diamond": "square"}.get(style.symbol, MARKERS.get(style.symbol, "circle"))
        SubElement(graphic, "Size").text = f"{style.size * 2:g}"
    if fill:
        filled = SubElement(parent, "Fill")
        SubElement(filled, "CssParameter", name="fill").text = fill
        SubElement(filled, "CssParameter", name="fill-opacity").text = f"{style.fill_opacity:g}"
    _stroke(parent, style)


def _stroke(parent: Element, style: Style) -> None:
    if style.stroke:
        stroke = SubElement(parent, "Stroke")
        SubElement(stroke, "CssParameter", name="stroke").text = style.stroke
        SubElement(stroke, "CssParameter", name="stroke-width").text = f"{style.weight:g}"
        if style.dash:
            SubElement(stroke, "CssParameter", name="stroke-dasharray").text = style.dash.replace(",", " ")


def _rgba(colour: str, opacity: float) -> str:
    red, green, blue = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return f"{red},{green},{blue},{round(opacity * 255)}"
