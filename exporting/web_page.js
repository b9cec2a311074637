/* Plain ES5: the page is opened by old browsers. Text only ever goes in through text nodes. */
(function () {
  "use strict";
  var data = JSON.parse(document.getElementById("data").textContent);
  var english = data.language === "en";
  var SVG = "http://www.w3.org/2000/svg";

  function by(id) { return document.getElementById(id); }
  function say(text) { return text === null || text === undefined ? "–" : typeof text === "string" ? text : text[english ? 1 : 0]; }
  function word(key) { return say(data.words[key]); }
  function make(tag, parent, text, kind) {
    var node = document.createElement(tag);
    if (text !== undefined) { node.appendChild(document.createTextNode(text)); }
    if (kind) { node.className = kind; }
    if (parent) { parent.appendChild(node); }
    return node;
  }
  function clear(node) { while (node.firstChild) { node.removeChild(node.firstChild); } return node; }
  function nameOf(p) { return (english && p.name_en) || p.name || p.code || ""; }
  function plain(text) { return text.normalize ? text.normalize("NFKC").toLowerCase() : text.toLowerCase(); }

  var map = L.map("map", { zoomControl: true, attributionControl: false, fadeAnimation: false, zoomSnap: 0.25, minZoom: 5, maxZoom: 19 });
  L.control.scale({ imperial: false }).addTo(map);
  var places = [], labels = [], layers = {};

  function svgSymbol(layer, half) {
    var svg = document.createElementNS(SVG, "svg"), path = document.createElementNS(SVG, "path"), style = layer.style;
    svg.setAttribute("viewBox", "-1.15 -1.15 2.3 2.3");
    svg.setAttribute("width", half * 2);
    svg.setAttribute("height", half * 2);
    path.setAttribute("d", layer.symbol);
    path.setAttribute("fill-rule", "evenodd");
    path.setAttribute("fill", style.fill || "none");
    path.setAttribute("fill-opacity", style.opacity);
    path.setAttribute("stroke", style.stroke || "none");
    path.setAttribute("stroke-width", style.weight / half);
    svg.appendChild(path);
    return svg;
  }
  function look(layer, p) {
    var s = layer.style;
    return { stroke: !!s.stroke, color: s.stroke || "#000", weight: s.weight, dashArray: s.dash, fill: !!(p.fill || s.fill),
      fillColor: p.fill || s.fill, fillOpacity: s.opacity, opacity: 1 };
  }
  function details(layer, p) {
    var box = make("div"), table;
    make("b", box, nameOf(p));
    make("div", box, say(layer.title) + (p.code ? " · " + p.code : ""), "note");
    table = make("table", box);
    layer.tips.forEach(function (title, i) {
      if (p.tip[i] !== null) {
        var row = make("tr", table);
        make("th", row, say(title));
        make("td", row, say(p.tip[i]));
      }
    });
    return box;
  }
  function addLayer(layer, place) {
    var pane = map.createPane("l" + place), group;
    pane.style.zIndex = 400 + place;
    group = L.geoJSON({ type: "FeatureCollection", features: layer.features }, {
      pane: "l" + place,
      style: function (f) { return look(layer, f.properties); },
      pointToLayer: function (f, at) {
        var half = layer.size + 1;
        return L.marker(at, { pane: "l" + place, icon: L.divIcon({ className: "place", html: svgSymbol(layer, half), iconSize: [half * 2, half * 2] }) });
      },
      onEachFeature: function (f, drawn) {
        var p = f.properties;
        drawn.bindPopup(function () { return details(layer, p); }, { maxWidth: 320 });
        places.push({ layer: layer, p: p, drawn: drawn, words: plain([p.code, p.name, p.name_en].join(" ")) });
        if (layer.key === "beats" && p.at) { addLabel(p, place); }
      }
    });
    layers[layer.key] = group;
    if (layer.on) { group.addTo(map); }
  }
  function addLabel(p) {
    var box = make("span"), icon;
    icon = L.divIcon({ className: "beat", html: box, iconSize: [0, 0] });
    labels.push({ p: p, box: box, marker: L.marker([p.at[1], p.at[0]], { icon: icon, interactive: false, keyboard: false, zIndexOffset: 1000 }) });
  }
  function writeLabels() {
    labels.forEach(function (label) {
      var p = label.p;
      clear(label.box);
      label.box.appendChild(document.createTextNode(p.code));
      make("i", label.box, " " + nameOf(p), "name").style.fontStyle = "normal";
    });
  }
  function hit(a, b) { return a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom; }
  function placeLabels() {
    var taken = [], shown = layers.beats && map.hasLayer(layers.beats);
    labels.forEach(function (label) {
      var node, tries = ["", " short", " hidden"], i, box;
      if (!shown) { label.marker.remove(); return; }
      label.marker.addTo(map);
      node = label.marker.getElement();
      for (i = 0; i < tries.length; i += 1) {
        node.className = node.className.replace(/ (short|hidden)/g, "") + tries[i];
        box = label.box.getBoundingClientRect();
        if (!taken.some(function (other) { return hit(box, other); })) { break; }
      }
      if (i < 2) { taken.push(box); }
    });
  }

  function sample(layer) {
    var svg, shape;
    if (layer.geometry === "point") { return svgSymbol(layer, 8); }
    svg = document.createElementNS(SVG, "svg");
    shape = document.createElementNS(SVG, layer.geometry === "line" ? "line" : "rect");
    svg.setAttribute("viewBox", "0 0 22 16");
    (layer.geometry === "line" ? [["x1", 1], ["x2", 21], ["y1", 8], ["y2", 8]] : [["x", 2], ["y", 2], ["width", 18], ["height", 12]])
      .forEach(function (pair) { shape.setAttribute(pair[0], pair[1]); });
    var fill = layer.style.fill || (layer.key === "beats" && layer.features.length && layer.features[0].properties.fill) || "none";
    shape.setAttribute("fill", fill);
    shape.setAttribute("fill-opacity", layer.style.opacity);
    shape.setAttribute("stroke", layer.style.stroke || "none");
    shape.setAttribute("stroke-width", layer.style.weight);
    if (layer.style.dash) { shape.setAttribute("stroke-dasharray", layer.style.dash); }
    svg.appendChild(shape);
    return svg;
  }
  function tick(parent, on, group, title, count, picture) {
    var line = make("label", parent, undefined, on ? "" : "unticked"), box = make("input", line);
    box.type = "checkbox";
    box.checked = on;
    if (picture) { line.appendChild(picture); }
    make("span", line, title);
    make("i", line, count);
    box.onchange = function () {
      line.className = box.checked ? "" : "unticked";
      if (group === layers.hotspots) { parent.className = box.checked ? "part" : "part unticked"; }
      if (box.checked) { group.addTo(map); } else { group.remove(); }
      placeLabels();
    };
  }
  function writeLegend() {
    var legend = clear(by("legend")), box;
    make("h2", legend, word("layers"));
    box = make("div", legend);
    if (data.hotspots) { writeHotspots(box); }
    Object.keys(data.groups).forEach(function (key) {
      var mine = data.layers.filter(function (layer) { return layer.group === key; });
      if (!mine.length) { return; }
      var part = make("div", box, undefined, "part");
      make("h3", part, say(data.groups[key]));
      mine.slice().reverse().forEach(function (layer) {
        var group = layers[layer.key], count = layer.count.toLocaleString("en") + (layer.unit ? " " + say(layer.unit) : "");
        tick(part, map.hasLayer(group), group, say(layer.title), count, sample(layer));
        if (layer.key === "beats") { make("div", part, word("colour"), "note"); }
      });
    });
  }
  function writeHotspots(legend) {
    var on = map.hasLayer(layers.hotspots), box = make("div", legend, undefined, on ? "part" : "part unticked");
    make("h3", box, say(data.groups.incidents));
    tick(box, on, layers.hotspots, word("density"), "");
    var classes = make("div", box);
    data.hotspots.classes.forEach(function (one) {
      var line = make("span", classes, undefined, "class");
      make("i", line).style.background = one[1];
      line.appendChild(document.createTextNode("≥ " + one[0]));
    });
    make("div", box, say(data.hotspots.line), "note");
    make("div", box, say(data.hotspots.note), "note");
    make("div", box, say(data.about.caution), "note");
  }
  function writeIndex() {
    var box = clear(by("index")), beats = data.layers.filter(function (l) { return l.key === "beats"; })[0], table, head, body;
    if (!beats || !beats.features.length) { return; }
    make("h2", box, word("index"));
    table = make("table", box);
    head = make("tr", make("thead", table));
    make("th", head, word("beat"));
    make("th", head, word("name"), "text");
    beats.columns.forEach(function (c) {
      var unit = c[english ? 3 : 2];
      make("th", head, c[english ? 1 : 0] + (unit ? (english ? " (" + unit + ")" : "（" + unit + "）") : ""));
    });
    body = make("tbody", table);
    beats.features.forEach(function (f) {
      var row = make("tr", body);
      row.tabIndex = 0;
      make("td", row, f.properties.code);
      make("td", row, nameOf(f.properties), "text");
      (f.properties.index || []).forEach(function (cell) { make("td", row, say(cell)); });
      row.onclick = function () { go("beats", f.properties.code); };
      row.onkeydown = function (event) { if (event.key === "Enter") { row.onclick(); } };
    });
  }
  function go(key, code) {
    var found = places.filter(function (place) { return place.layer.key === key && place.p.code === code; })[0];
    if (found) { show(found); }
  }
  function show(place) {
    if (!map.hasLayer(layers[place.layer.key])) { layers[place.layer.key].addTo(map); writeLegend(); placeLabels(); }
    map.stop();
    map.closePopup();
    if (place.drawn.getBounds) { map.fitBounds(place.drawn.getBounds(), { maxZoom: 15, animate: false }); } else { map.setView(place.drawn.getLatLng(), 15, { animate: false }); }
    place.drawn.openPopup();
  }
  function find() {
    var asked = plain(by("search").value.trim()), hits = clear(by("hits"));
    if (!asked) { return; }
    var found = places.filter(function (place) { return place.words.indexOf(asked) >= 0; }).slice(-20).reverse();
    found.forEach(function (place) {
      make("button", make("li", hits), nameOf(place.p) + " · " + say(place.layer.title)).onclick = function () { show(place); };
    });
    if (!found.length) { make("li", hits, word("none"), "note"); }
  }
  function write() {
    var about = data.about, marks = clear(by("marks"));
    document.documentElement.lang = english ? "en" : "zh";
    clear(by("title")).appendChild(document.createTextNode(say(about.town)));
    clear(by("subtitle")).appendChild(document.createTextNode(say(about.plan) + " · " + word("asof") + " " + about.as_of));
    [about.illustrative, about.internal].forEach(function (mark) { if (mark) { make("b", marks, say(mark)); } });
    by("home").textContent = word("home");
    by("print").textContent = word("print");
    by("language").textContent = english ? "中文" : "English";
    by("search").placeholder = word("search");
    by("search").setAttribute("aria-label", word("search"));
    clear(by("foot")).appendChild(document.createTextNode(
      word("made") + ": " + say(about.station) + " · " + word("source") + ": " + say(about.source) + " · " + word("crs") +
      (about.day ? " · " + word("day") + " " + about.day : "") +
      ["by", "purpose"].map(function (key) { return about[key] ? " · " + word(key) + ": " + about[key] : ""; }).join("")));
    writeLabels();
    writeLegend();
    writeIndex();
    placeLabels();
    find();
  }
  function home() {
    map.invalidateSize({ animate: false });
    if (data.home) { map.fitBounds([[data.home[1], data.home[0]], [data.home[3], data.home[2]]], { animate: false }); } else { map.setView([35, 105], 5); }
  }

  if (data.hotspots) {
    var pane = map.createPane("density");
    pane.style.zIndex = 460;
    pane.style.pointerEvents = "none";
    layers.hotspots = L.layerGroup(data.hotspots.classes.map(function (one) {
      return L.geoJSON(one[2], { pane: "density", interactive: false, style: { stroke: false, fillColor: one[1], fillOpacity: 0.6 } });
    }));
  }
  home();
  data.layers.forEach(addLayer);
  write();
  map.on("zoomend moveend", placeLabels);
  if (document.fonts) { document.fonts.onloadingdone = placeLabels; } // a machine without Chinese fonts reads the carried one a moment later
  by("home").onclick = home;
  by("print").onclick = function () { window.print(); };
  by("language").onclick = function () { english = !english; map.closePopup(); write(); };
  by("search").oninput = find;
  window.addEventListener("beforeprint", function () { map.closePopup(); document.body.className = "printing"; home(); });
  window.addEventListener("afterprint", function () { document.body.className = ""; home(); });
}());
