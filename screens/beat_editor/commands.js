// What only the server can do: split and merge cells, move the border between two, take that back, give the saved plan anew.
export class Commands {
  constructor(editor) {
    this.editor = editor;
    this.n = 0;
  }

  send(name, values = {}) {
    const { editor } = this, { id, revision } = editor.core.plan;
    editor.keeper.hurry(); // the server answers for what it has
    this.n = Math.max(this.n + 1, Date.now());
    editor.send("command", { n: this.n, name, plan: id, revision, ...values });
    editor.tell(editor.word("sent"));
  }

  /** A drawn line: it splits the cell that most of it lies in, or parts two chosen cells of one unit anew. */
  splitAlong(line) {
    const { editor } = this, { shapes } = editor.cells, inside = new Map();
    const points = line.map(({ latlng }) => [Number(latlng.lng.toFixed(7)), Number(latlng.lat.toFixed(7))]);
    const [a, b, more] = [...editor.selection.cells].map((cell) => editor.core.codes[cell]);
    if (b && !more) return this.send("border", { cells: [a, b], line: points });
    for (let i = 1; i < line.length; i++) {
      const step = Math.hypot(line[i].x - line[i - 1].x, line[i].y - line[i - 1].y);
      for (let t = 0.05; t < 1; t += 0.1) {
        const mix = (key) => line[i - 1][key] + t * (line[i][key] - line[i - 1][key]);
        const cell = shapes.at(mix("x"), mix("y"));
        if (cell >= 0) inside.set(cell, (inside.get(cell) ?? 0) + step);
      }
    }
    const [cell] = [...inside].sort((a, b) => b[1] - a[1])[0] ?? [];
    if (cell === undefined) return editor.say("nothing");
    return this.send("split", { cell: editor.core.codes[cell], line: points });
  }
}
