// The map of the area on a canvas, where the telephone is on it, and the short form. Nothing here sends the position anywhere.
(() => {
  const away = () => {
    const gone = !navigator.onLine;
    document.body.classList.toggle("away", gone);
    const note = document.getElementById("offline");
    if (note) note.hidden = !gone;
  };
  addEventListener("online", away);
  addEventListener("offline", away);
  away();
  if (location.search.includes("said=")) {
    const url = new URL(location.href);
    url.searchParams.delete("said");
    history.replaceState(null, "", url);
  }
  // a browser that draws the same box for every Chinese sign has no such font; only then the app's own is fetched, never on a telephone
  const sign = (text) => {
    const canvas = Object.assign(document.createElement("canvas"), { width: 32, height: 32 }), draw = canvas.getContext("2d");
    draw.font = "24px sans-serif";
    draw.fillText(text, 2, 26);
    return canvas.toDataURL();
  };
  if (sign("一") === sign("警")) addEventListener("load", () => document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/assets/font/jingge.css" })));
  document.getElementById("print")?.addEventListener("click", () => print());
  const script = document.getElementById("data");
  if (!script) return;
  const { sketch, lang, said, at, units } = JSON.parse(script.textContent);
  if (navigator.serviceWorker) {
    navigator.serviceWorker.register("/offline.js").then(() => navigator.serviceWorker.ready).then(({ active }) => {
      if (!navigator.serviceWorker.controller || performance.getEntriesByType("navigation")[0]?.workerStart === 0) active.postMessage("keep");
    }).catch(() => {});
  }

  const canvas = document.querySelector("canvas"), draw = canvas.getContext("2d"), told = document.getElementById("told");
  let k = 1, ox = 0, oy = 0, me = null, picked = null, waiting = 0;

  const size = () => [canvas.clientWidth, canvas.clientHeight];
  function fit() {
    const [w, h] = size(), [x0, y0, x1, y1] = sketch.inner;
    k = 0.94 * Math.min(w / (x1 - x0), h / (y1 - y0));
    ox = w / 2 - (k * (x0 + x1)) / 2;
    oy = h / 2 - (k * (y0 + y1)) / 2;
    again();
  }
  function again() {
    cancelAnimationFrame(waiting);
    waiting = requestAnimationFrame(paint);
  }
  const px = ([x, y]) => [ox + k * x, oy + k * y];

  function path(lines, closed) {
    draw.beginPath();
    for (const line of lines) {
      line.forEach((point, i) => draw[i ? "lineTo" : "moveTo"](...px(point)));
      if (closed) draw.closePath();
    }
  }
  function words(text, [x, y], font, colour) {
    draw.font = `${font} 'Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC','Jingge Sans',sans-serif`;
    draw.textAlign = "center";
    draw.textBaseline = "middle";
    draw.lineWidth = 3.5;
    draw.strokeStyle = "#ffffffe0";
    draw.strokeText(text, x, y);
    draw.fillStyle = colour;
    draw.fillText(text, x, y);
  }
  const ROWS = [0, -24, 24, -48, 48, -72, 72, -96, 96]; // px above and below its middle, where the own beat's name may stand instead
  function free(boxes, x, y, text, px_) {
    const half = (text.length * px_ * (lang ? 0.3 : 0.52)) + 3, box = [x - half, y - px_ * 0.7, x + half, y + px_ * 0.7], [w, h] = size();
    if (box[0] < 0 || box[1] < 0 || box[2] > w || box[3] > h || boxes.some((b) => b[0] < box[2] && box[0] < b[2] && b[1] < box[3] && box[1] < b[3])) return false;
    boxes.push(box);
    return true;
  }
  function paint() {
    const [w, h] = size(), ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(w * ratio) || canvas.height !== Math.round(h * ratio)) Object.assign(canvas, { width: Math.round(w * ratio), height: Math.round(h * ratio) });
    draw.setTransform(ratio, 0, 0, ratio, 0, 0);
    draw.fillStyle = "#eef1ee";
    draw.fillRect(0, 0, w, h);
    for (const beat of sketch.around) {
      path(beat.rings, true);
      draw.fillStyle = "#e2e6e6";
      draw.fill();
    }
    for (const beat of sketch.own) {
      path(beat.rings, true);
      draw.fillStyle = "#fffdf4";
      draw.fill("evenodd");
    }
    path(sketch.water, false);
    Object.assign(draw, { strokeStyle: "#7fb2d9", lineWidth: 2.5 });
    draw.stroke();
    path(sketch.roads, false);
    Object.assign(draw, { strokeStyle: "#b9b0a0", lineWidth: 1.5 });
    draw.stroke();
    Object.assign(draw, { strokeStyle: "#8a969e", lineWidth: 1.2 });
    draw.setLineDash([5, 4]);
    for (const unit of sketch.units) path(unit.rings, true), draw.stroke();
    draw.setLineDash([]);
    Object.assign(draw, { strokeStyle: "#6b7780", lineWidth: 1.5 });
    for (const beat of sketch.around) path(beat.rings, true), draw.stroke();
    Object.assign(draw, { strokeStyle: "#12557d", lineWidth: 4 });
    for (const beat of sketch.own) path(beat.rings, true), draw.stroke();
    const boxes = [];
    sketch.places.forEach(([key, x, y], i) => {
      const [cx, cy] = px([x, y]), r = picked === i ? 13 : 10;
      draw.beginPath();
      draw.arc(cx, cy, r, 0, 7);
      Object.assign(draw, { fillStyle: "#fff", strokeStyle: sketch.colours[key], lineWidth: 2.5 });
      draw.fill();
      draw.stroke();
      draw.font = "bold 12px 'Jingge Sans',sans-serif";
      Object.assign(draw, { textAlign: "center", textBaseline: "middle", fillStyle: "#1b2730" });
      draw.fillText(sketch.marks[key][lang], cx, cy + 0.5);
      boxes.push([cx - r, cy - r, cx + r, cy + r]);
    });
    for (const [shapes, font, tall, colour] of [[sketch.own, "bold 15px", 15, "#0d3f5e"], [sketch.around, "13px", 13, "#3b4750"], [sketch.units, "13px", 13, "#51606b"]]) {
      for (const { label, at: place } of shapes) {
        const text = label[lang].trim(), [x, y] = px(place);
        if (!text || x < 0 || y < 0 || x > w || y > h) continue;
        const rows = shapes === sketch.own ? ROWS : [0], row = rows.find((by) => free(boxes, x, y + by, text, tall));
        if (row !== undefined || shapes === sketch.own) words(text, [x, y + (row ?? 0)], font, colour);
      }
    }
    if (picked !== null) {
      const [, x, y, names] = sketch.places[picked], [cx, cy] = px([x, y]);
      words(names[lang], [Math.min(Math.max(cx, 70), w - 70), Math.max(cy - 24, 12)], "bold 15px", "#1b2730");
    }
    if (me) {
      const [cx, cy] = px(me.at);
      draw.beginPath();
      draw.arc(cx, cy, Math.max(me.within * k, 12), 0, 7);
      draw.fillStyle = "#c2410c33";
      draw.fill();
      draw.beginPath();
      draw.arc(cx, cy, 7, 0, 7);
      Object.assign(draw, { fillStyle: "#c2410c", strokeStyle: "#fff", lineWidth: 3 });
      draw.fill();
      draw.stroke();
    }
  }

  function zoom(by, x, y) {
    const [w, h] = size(), cx = x ?? w / 2, cy = y ?? h / 2, next = Math.min(Math.max(k * by, 0.004), 3);
    ox = cx - ((cx - ox) * next) / k;
    oy = cy - ((cy - oy) * next) / k;
    k = next;
    canvas.classList.add("held"); // once it was zoomed, a finger moves the map, not the page
    again();
  }
  document.getElementById("in").onclick = () => zoom(1.6);
  document.getElementById("out").onclick = () => zoom(1 / 1.6);
  document.getElementById("fit").onclick = () => {
    canvas.classList.remove("held");
    fit();
  };

  const fingers = new Map();
  let moved = 0;
  canvas.onpointerdown = (event) => {
    fingers.set(event.pointerId, [event.offsetX, event.offsetY]);
    moved = 0;
  };
  canvas.onpointermove = (event) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = [event.offsetX, event.offsetY], other = [...fingers].find(([id]) => id !== event.pointerId)?.[1];
    fingers.set(event.pointerId, now);
    moved += Math.hypot(now[0] - before[0], now[1] - before[1]);
    if (event.pointerType === "touch" && !canvas.classList.contains("held")) return;
    if (other) zoom(Math.hypot(now[0] - other[0], now[1] - other[1]) / Math.max(Math.hypot(before[0] - other[0], before[1] - other[1]), 1), ...other);
    else {
      ox += now[0] - before[0];
      oy += now[1] - before[1];
      again();
    }
  };
  canvas.onpointerup = canvas.onpointercancel = (event) => {
    fingers.delete(event.pointerId);
    if (event.type !== "pointerup" || moved > 8) return;
    const near = sketch.places.map(([, x, y], i) => [Math.hypot(px([x, y])[0] - event.offsetX, px([x, y])[1] - event.offsetY), i]).sort((a, b) => a[0] - b[0])[0];
    picked = near && near[0] < 28 ? near[1] : null;
    again();
  };
  canvas.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !canvas.classList.contains("held")) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.offsetX, event.offsetY);
  }, { passive: false });

  function tell(text) {
    told.textContent = text;
    told.hidden = false;
  }
  function inside([x, y]) {
    let odd = false;
    for (const { rings } of sketch.own) for (const ring of rings) for (let i = 0, j = ring.length - 1; i < ring.length; j = i++) {
      const [xi, yi] = ring[i], [xj, yj] = ring[j];
      if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) odd = !odd;
    }
    return odd;
  }
  let watch = null;
  document.getElementById("where").onclick = () => {
    if (!navigator.geolocation) return tell(said.not_located);
    tell(said.locating);
    if (watch !== null) navigator.geolocation.clearWatch(watch);
    let first = true;
    watch = navigator.geolocation.watchPosition(({ coords }) => {
      const [a, b, c, d, e, f] = sketch.fit;
      me = { at: [a * coords.longitude + b * coords.latitude + c, d * coords.longitude + e * coords.latitude + f], within: coords.accuracy };
      const here = inside(me.at);
      tell((here ? said.inside : said.outside).replace("{m}", Math.round(coords.accuracy)));
      if (first && here) {
        const [w, h] = size(), [x, y] = px(me.at);
        ox += w / 2 - x;
        oy += h / 2 - y;
      }
      first = false;
      again();
    }, () => tell(said.not_located), { enableHighAccuracy: true, timeout: 15000, maximumAge: 5000 });
  };

  const kind = document.getElementById("kind"), place = document.getElementById("place"), unit = document.getElementById("unit");
  if (kind && place) {
    const all = [...place.options];
    const choose = () => {
      place.replaceChildren(...all.filter((option) => at[kind.value].includes(option.value.split("/")[0])));
      place.selectedIndex = 0;
      unit.textContent = lang ? ` (${units[kind.value]})` : `（${units[kind.value]}）`;
    };
    kind.onchange = choose;
    choose();
  }
  new ResizeObserver(fit).observe(canvas);
  document.fonts.addEventListener("loadingdone", again);
  fit();
  (window.__jingge ??= {}).mine = { me: () => me, view: () => [k, ox, oy], places: sketch.places.length };
})();
