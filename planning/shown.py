"""How a number is rounded for people, so that Python and a browser write the very same digits."""

import math


def shown(value: float | None, digits: int) -> str:
    """A number with so many decimals, halves away from zero; "–" for None, NaN and infinity; never "-0".

    n = floor(|value| 10^digits + 0.5) as a float64, then the digits of the whole number n with the point put in. In
    JavaScript the same: Math.floor(Math.abs(value) * 10 ** digits + 0.5), and then String(n) padded with zeros to
    digits + 1 places. Python's round and format take halves to the even digit and toFixed upwards, so they would differ.
    Exact while n is below 2^53. No thousands separator.
    """
    if value is None or not math.isfinite(value):
        return "–"
    n = math.floor(abs(value) * 10.0**digits + 0.5)
    figures = str(n).zfill(digits + 1)
    text = f"{figures[:-digits]}.{figures[-digits:]}" if digits else figures
    return f"-{text}" if value < 0 and n else text
