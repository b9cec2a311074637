"""What a label may say, its fullest form first and its barest last: number, names in the sheet's languages, and who leads."""

from dataclasses import dataclass, replace

from exporting.label_placing import Label, Line
from exporting.sheet_layout import Theme, Wording
from layers.definition.text import Text

MOVED_INK, RISK_INK = "#7c1612", "#7d1414"
BEAT_INK, UNIT_INK, PARK_INK, PLACE_INK, CELL_INK = "#14284b", "#402c12", "#352a5a", "#222222", "#2e2e2e"
LONGEST_NAME = 24  # characters of a beat's name on the map; the index has all of it
NO_LEAD = Text("无责任民警", "no lead")


@dataclass(frozen=True)
class LabelForms:
    """The forms in one language and one set of sizes."""

    wording: Wording
    theme: Theme

    def beat(self, code: str, name: Text, lead: Text) -> list[Label]:
        """A beat by its number, with name and lead as far as there is room."""
        t = self.theme
        badge = max(t.badge * 0.3528 * 1.55, 0.0) + max(len(code) - 2, 0) * t.badge * 0.2
        lines = self.wording.lines(name)
        if name.zh == name.en and lines[0] == code:
            lines = []
        lines = [line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…" for line in lines]
        sizes = [t.beat if i == 0 else t.beat_en for i in range(len(lines))]
        full = [Line(line, size, bold=i == 0, colour=BEAT_INK) for i, (line, size) in enumerate(zip(lines, sizes, strict=True))]
        forms: list[tuple[list[Line], int | None]] = []
        if lead.zh:
            whole, short = (Line(text, t.beat_en, colour=BEAT_INK) for text in (self.wording.one(lead), self.wording.lines(lead)[0]))
            forms += [([*full, line], len(full)) for line in dict.fromkeys((whole, short))]
            forms += [([*full[:1], short], len(full[:1]))]
        forms += [(full, None), (full[:1], None)]
        labels = [Label(tuple(ls), code, badge, rank, shield) for rank, (ls, shield) in enumerate(forms)]
        for line in full[:1]:
            small = replace(line, size_pt=(t.beat + t.beat_en) / 2)
            labels += [Label((small,), code, badge, len(forms)), Label((small,), code, badge, len(forms), stacked=True)]
            labels += [Label((replace(line, size_pt=t.beat_en),), code, badge, len(forms), stacked=True)]
        return [*labels, Label((), code, badge, len(forms) + 1)]

    def unit(self, name: Text) -> list[Label]:
        """A community or village by its name."""
        t, lines = self.theme, self.wording.lines(name)
        first, *rest = lines
        forms = [[Line(first, t.unit, colour=UNIT_INK), *(Line(line, t.unit_en, colour=UNIT_INK) for line in rest)]]
        if rest and " " in rest[-1]:
            broken = [Line(part, t.unit_en, colour=UNIT_INK) for part in rest[-1].rsplit(" ", 1)]
            forms.append([Line(first, t.unit, colour=UNIT_INK), *broken])
        if not rest and " " in first:
            forms.append([Line(part, t.unit, colour=UNIT_INK) for part in first.rsplit(" ", 1)])
        forms += [[Line(first, t.unit, colour=UNIT_INK)], [Line(first, t.unit_en, colour=UNIT_INK)]]
        return _ranked(forms)

    def place(self, name: Text, colour: str, both: bool = True) -> list[Label]:
        """A place by its name; `both` asks for both languages where there is room."""
        lines = self.wording.lines(name)
        full = [Line(line, self.theme.place, colour=colour) for line in lines]
        forms = [full, full[:1]] if both and len(full) > 1 else [full[:1]]
        if lines and " " in lines[0] and len(lines[0]) > 12:
            half = min((at for at, c in enumerate(lines[0]) if c == " "), key=lambda at: abs(at - len(lines[0]) / 2))
            forms.append([Line(part, self.theme.place, colour=colour) for part in (lines[0][:half], lines[0][half + 1 :])])
        return _ranked(forms)

    def cell(self, name: Text) -> list[Label]:
        """A cell by its name."""
        sized = [Line(line, self.theme.place, colour=CELL_INK) for line in self.wording.lines(name)]
        return _ranked([sized, sized[:1]]) if sized else []

    def moved(self, arrow: str, name: Text) -> list[Label]:
        """A cell that changes hands: from which beat to which, and its name."""
        lead = Line(arrow, self.theme.unit, bold=True, colour=MOVED_INK)
        return _ranked([[lead, *(Line(line, self.theme.place) for line in self.wording.lines(name))], [lead]])


def _ranked(forms: list[list[Line]]) -> list[Label]:
    return [Label(tuple(form), rank=rank) for rank, form in enumerate(forms)]
