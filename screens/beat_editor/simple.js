// Few tools for those who draw seldom: the rest is hidden, and its keys do nothing, until asked for.
const NAME = "jingge.editor.simple";
export const EXPERT = new Set(["lasso", "flood", "select", "split", "pick"]);

export class Simple {
  constructor(editor) {
    this.editor = editor;
    this.on = kept();
  }

  toggle() {
    this.on = !this.on;
    try {
      localStorage.setItem(NAME, this.on ? "1" : "");
    } catch {
      // it lasts as long as the page
    }
    this.apply();
  }

  apply() {
    const { editor } = this;
    editor.node.classList.toggle("simple", this.on);
    if (this.on) editor.core.limit({ unassigned: false, unit: -1, beats: null });
    if (this.on && EXPERT.has(editor.tool)) editor.use("brush");
    if (this.on && editor.panel.tab === "changes") editor.panel.open("beats");
    if (this.on && editor.marks.on) editor.marks.toggle();
    editor.bar.say();
  }

  hides(tool) {
    return this.on && EXPERT.has(tool);
  }
}

function kept() {
  try {
    return localStorage.getItem(NAME) === "1";
  } catch {
    return false;
  }
}
