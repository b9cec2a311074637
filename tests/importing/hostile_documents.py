"""Makes hostile texts: JSON, XML, CSV, and documents that send their reader elsewhere."""

import json
from collections.abc import Callable
from pathlib import Path

from tests.importing.hostile_files import LAUGHS, Bait, Hostile, zipped

PLACEMARK = "<Placemark><name>&lt;script&gt;alert(1)&lt;/script&gt;</name><Point><coordinates>109.6,28.7</coordinates></Point></Placemark>"
SCRIPT = "<script>alert(1)</script>${alert(1)}`"
_VRT_NAMES = ("a.geojson", "a.json", "a.csv", "a.kml", "a.gpkg", "a.zip", "a.fgb", "a.parquet", "a.xlsx", "a.vrt")


def vrt(bait: Bait, name: str) -> Path:
    return bait.write(
        name,
        f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>CSV:{bait.secret}</SrcDataSource></OGRVRTLayer>'
        f'<OGRVRTLayer name="b"><SrcDataSource>/vsicurl/{bait.address}/x.geojson</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>',
    )


def gdalg(bait: Bait, name: str) -> Path:
    line = f"gdal vector pipeline ! read CSV:{bait.secret} ! write --output-format stream streamed_dataset"
    return bait.write(name, json.dumps({"type": "gdal_streamed_alg", "command_line": line}))


def wfs(bait: Bait, name: str) -> Path:
    return bait.write(name, f"<OGRWFSDataSource><URL>{bait.address}/wfs</URL></OGRWFSDataSource>")


def linked_crs(bait: Bait, name: str) -> Path:
    crs = {"type": "link", "properties": {"href": f"{bait.address}/crs", "type": "proj4"}}
    return bait.write(name, json.dumps({"type": "FeatureCollection", "crs": crs, "features": [feature()]}))


def virtual_path(bait: Bait, name: str) -> Path:
    return bait.write(name, f"/vsicurl/{bait.address}/x.geojson\n{bait.secret}\n")


def esri_service(bait: Bait, name: str) -> Path:
    return bait.write(name, json.dumps({"features": [], "exceededTransferLimit": True, "url": bait.address}))


def topojson(bait: Bait, name: str) -> Path:
    return bait.write(name, json.dumps({"type": "Topology", "objects": {}, "arcs": []}))


def html(bait: Bait, name: str) -> Path:
    return bait.write(name, f"<!doctype html><html><script src='{bait.address}/x.js'></script></html>")


def network_link(bait: Bait, name: str) -> Path:
    return bait.write(name, kml(f"<NetworkLink><Link><href>{bait.address}/x.kml</href></Link></NetworkLink>"))


def network_link_beside_placemark(bait: Bait, name: str) -> Path:
    return bait.write(name, kml(f"<NetworkLink><Link><href>{bait.address}/x.kml</href></Link></NetworkLink>" + PLACEMARK))


def outside_entity(bait: Bait, name: str) -> Path:
    return bait.write(
        name, f'<!DOCTYPE kml [<!ENTITY x SYSTEM "{bait.secret.as_uri()}">]>' + kml("<Placemark><name>&x;</name></Placemark>")
    )


def outside_doctype(bait: Bait, name: str) -> Path:
    return bait.write(name, f'<!DOCTYPE kml SYSTEM "{bait.address}/x.dtd">' + kml(PLACEMARK))


def feature(geometry: object = None, **properties: object) -> dict[str, object]:
    return {"type": "Feature", "properties": properties, "geometry": geometry}


def geojson(text: str) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, text)


def collection(*features: dict[str, object]) -> str:
    return json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False)


def point(coordinates: str) -> str:
    return f'{{"type": "Feature", "properties": {{}}, "geometry": {{"type": "Point", "coordinates": {coordinates}}}}}'


def deep_collections(bait: Bait, name: str) -> Path:
    geometry = '{"type": "GeometryCollection", "geometries": [' * 300 + "]}" * 300
    return bait.write(name, f'{{"type": "Feature", "properties": {{}}, "geometry": {geometry}}}')


def million_vertices(bait: Bait, name: str) -> Path:
    ring = ",".join(f"[{i * 1e-6:.6f},{(i % 2) * 1e-3}]" for i in range(1_000_000))
    return bait.write(name, f'{{"type": "Polygon", "coordinates": [[{ring},[0,0]]]}}')


def deep_xml(bait: Bait, name: str) -> Path:
    return bait.write(name, kml("<Folder>" * 10_000 + "</Folder>" * 10_000))


def laughing_kml(bait: Bait, name: str) -> Path:
    return bait.write(name, LAUGHS + kml("<Placemark><name>&a9;</name></Placemark>"))


def kmz(members: Callable[[Bait], dict[str, bytes]]) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, zipped(members(bait)))


def kml(inside: str) -> str:
    return f'<kml xmlns="http://www.opengis.net/kml/2.2"><Document>{inside}</Document></kml>'


HOSTILE = (
    *(Hostile(f"vrt as {name}", vrt, "OGRVRTDataSource", name, True) for name in _VRT_NAMES),
    Hostile("gdalg as json", gdalg, "gdal_streamed_alg", "a.json", True),
    Hostile("gdalg as geojson", gdalg, "gdal_streamed_alg", "a.geojson", True),
    Hostile("gdalg as csv", gdalg, "wrong extension", "a.csv", True),
    Hostile("wfs as geojson", wfs, "OGRWFSDataSource", "a.geojson", True),
    Hostile("linked crs", linked_crs, "is a link", "a.geojson", True),
    Hostile("virtual path as csv", virtual_path, None, "a.csv", True),
    Hostile("virtual path as name", virtual_path, "wrong extension", "/vsicurl/http://127.0.0.1/a.geojson", True),
    Hostile("climbing name", virtual_path, None, "../../../etc/passwd.csv", True),
    Hostile("esri service", esri_service, "no GeoJSON", "a.geojson", True),
    Hostile("topojson", topojson, "Topology", "a.json"),
    Hostile("html as csv", html, "web page", "a.csv", True),
    Hostile("kml of network links", network_link, "network links", "a.kml", True),
    Hostile("network link beside a placemark", network_link_beside_placemark, None, "a.kml", True),
    Hostile("kml outside entity", outside_entity, "DOCTYPE", "a.kml", True),
    Hostile("kml outside doctype", outside_doctype, "DOCTYPE", "a.kml", True),
    Hostile("kml entity bomb", laughing_kml, "DOCTYPE", "a.kml"),
    Hostile("kml nested 10,000 deep", deep_xml, "nested deeper", "a.kml"),
    Hostile("kml cut short", lambda bait, name: bait.write(name, kml(PLACEMARK)[:-30]), "cut short", "a.kml"),
    Hostile("kmz with a climbing path", kmz(lambda bait: {"../doc.kml": kml(PLACEMARK).encode()}), "out of its folder", "a.kmz"),
    Hostile(
        "kmz of network links", kmz(lambda bait: {"doc.kml": network_link(bait, "b.kml").read_bytes()}), "network links", "a.kmz", True
    ),
    Hostile("kmz entity bomb", kmz(lambda bait: {"doc.kml": (LAUGHS + kml(PLACEMARK)).encode()}), "DOCTYPE", "a.kmz"),
    Hostile("nan", geojson(point("[NaN, 1]")), "NaN", "a.geojson"),
    Hostile("infinity", geojson(point("[1, -Infinity]")), "-Infinity", "a.geojson"),
    Hostile("number past all", geojson(point("[1e999, 1]")), "error wild_coordinates", "a.geojson"),
    Hostile("number too long", geojson(point(f"[{'9' * 5000}, 1]")), "error broken_shape", "a.geojson"),
    Hostile("nested 10,000 deep", geojson('{"a":' * 10_000 + "1" + "}" * 10_000), "nested", "a.geojson"),
    Hostile("lists 100,000 deep", geojson("[" * 100_000), "nested", "a.geojson"),
    Hostile("collections in collections", deep_collections, "error broken_shape", "a.geojson"),
    Hostile("text for coordinates", geojson(point('["a", {}]')), "error broken_shape", "a.geojson"),
    Hostile("no shape anywhere", geojson(collection(feature(), feature())), "error no_shapes", "a.geojson"),
    Hostile("no features", geojson(collection()), "no feature", "a.geojson"),
    Hostile("json cut short", geojson(collection(feature())[:-5]), "JSON is wrong", "a.geojson"),
    Hostile(
        "geojson in gbk", lambda bait, name: bait.write(name, collection(feature(name="杨家村")).encode("gbk")), "not UTF-8", "a.geojson"
    ),
    Hostile("million vertices", million_vertices, "vertices", "a.geojson"),
    Hostile(
        "script in every field",
        geojson(collection(feature({"type": "Point", "coordinates": [1, 2]}, **{SCRIPT: SCRIPT}))),
        None,
        "a.geojson",
    ),
    Hostile(
        "formulas in csv",
        lambda bait, name: bait.write(name, f'code,name\n1,=WEBSERVICE("{bait.address}")\n2,@SUM(A1)\n'.replace('"', "")),
        None,
        "a.csv",
        True,
    ),
    Hostile("csv with nul", lambda bait, name: bait.write(name, b"a,b\n" + b"1,2\n" * 20_000 + b"\0,1\n"), "NUL", "a.csv"),
    Hostile("csv with rows of other lengths", lambda bait, name: bait.write(name, "a,b\n1,2\n1,2,3\n1\n"), "2 rows have another", "a.csv"),
    Hostile("csv with an open quotation", lambda bait, name: bait.write(name, 'a,b\n1,"2\n3,4\n5,6\n'), "never closed", "a.csv"),
    Hostile("csv of one endless row", lambda bait, name: bait.write(name, b"a,b\n1," + b"x" * 9_000_000), "too long", "a.csv"),
    Hostile("csv of many columns", lambda bait, name: bait.write(name, b"," * 5_000 + b"\n1"), "5,001 columns", "a.csv"),
    Hostile("text in no known encoding", lambda bait, name: bait.write(name, b"a,b\n1,\xff\xff\n"), "Say which encoding", "a.csv"),
    Hostile("picture as csv", lambda bait, name: bait.write(name, b"\x89PNG\r\n\x1a\n" + bytes(100)), "picture", "a.csv"),
    Hostile("csv as geojson", lambda bait, name: bait.write(name, "a,b\n1,2\n"), "wrong extension", "a.geojson"),
    Hostile(
        "gml", lambda bait, name: bait.write(name, "<gml:FeatureCollection xmlns:gml='http://www.opengis.net/gml'/>"), "no KML", "a.gml"
    ),
    Hostile("blanks", lambda bait, name: bait.write(name, b" \r\n\t " * 50), "nothing but blanks", "a.csv"),
)
