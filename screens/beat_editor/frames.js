// One drawing per frame of all that changed since the last: the cells, the figures, the numbers on the map.
const LABELS_MS = 120; // the numbers on the map follow that often while a brush moves
const KEPT = 2000; // frames whose time is known, for the benchmark

export class Frames {
  constructor(editor) {
    this.editor = editor;
    this.timing = { handler: 0, frames: [] };
  }

  later() {
    this.asked ??= requestAnimationFrame((now) => {
      this.asked = null;
      if (this.editor.host?.map) this.#draw(now);
    });
  }

  #draw(now) {
    const { editor, timing } = this, start = performance.now();
    editor.sheet.flush();
    editor.panel.live();
    editor.bar.live();
    if (!editor.core.painting || now - (this.labelled ?? 0) > LABELS_MS) {
      this.labelled = now;
      if (editor.numbers.follow() && !editor.core.painting) editor.host.labels.again();
    }
    timing.frames.push(performance.now() - start + timing.handler);
    timing.handler = 0;
    if (timing.frames.length > KEPT) timing.frames.shift();
  }

  end() {
    cancelAnimationFrame(this.asked);
  }
}
