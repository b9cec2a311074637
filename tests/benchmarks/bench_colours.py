"""How far apart the colours of the sheets are, as each kind of sight sees them: python -m tests.benchmarks.bench_colours

The smallest CIEDE2000 between any two of four beat fills, between a fill and the page, between a class of the ramp and the next, and
the smallest WCAG contrast of names of beats and units on a fill.
"""

from exporting.label_forms import BEAT_INK, UNIT_INK
from exporting.sheet_themes import VARIANTS
from tests.exporting.colour_sight import SIGHTS, contrast, smallest_difference


def main() -> None:
    """A line per variant and measure."""
    print(f"{'':26}" + "".join(f"{sight:>9}" for sight in SIGHTS))
    for key, look in VARIANTS.items():
        fills, ramp = look.sets[4], look.ramp
        steps = [(i, i + 1) for i in range(len(ramp) - 1)]
        apart = {
            "fill to fill": [smallest_difference(fills, sight) for sight in SIGHTS],
            "fill to page": [min(smallest_difference([fill, look.page], sight) for fill in fills) for sight in SIGHTS],
            "class to the next": [smallest_difference(ramp, sight, steps) for sight in SIGHTS],
        }
        for what, values in apart.items():
            print(f"{key:8}{what:18}" + "".join(f"{value:9.1f}" for value in values))
        least = min(contrast(look.tone(ink), fill) for ink in (BEAT_INK, UNIT_INK) for fill in fills)
        print(f"{key:8}{'contrast of names':18}{least:9.1f}")


if __name__ == "__main__":
    main()
