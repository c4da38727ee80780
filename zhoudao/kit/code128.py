"""Code 128 as one SVG path: what handheld scanners read on labels and slips.

Source: ISO/IEC 15417, table 1 (widths of bars and spaces), code sets B and C, check character modulo 103.
"""

from zhoudao.kit.frozen import frozen

QUIET_ZONE = 10  # modules of white at either end
_START_B, _START_C, _TO_B, _STOP = 104, 105, 100, 106
# bar, space, bar, space, bar, space of each of the values 0 to 105; the stop has a bar more
_WIDTHS = (
    "212222222122222221121223121322131222122213122312132212221213221312231212112232122132122231113222123122123221"
    "223211221132221231213212223112312131311222321122321221312212322112322211212123212321232121111323131123131321"
    "112313132113132311211313231113231311112133112331132131113123113321133121313121211331231131213113213311213131"
    "311123311321331121312113312311332111314111221411431111111224111422121124121421141122141221112214112412122114"
    "122411142112142211241211221114413111241112134111111242121142121241114212124112124211411212421112421211212141"
    "214121412121111143111341131141114113114311411113411311113141114131311141411131211412211214211232"
)
_STOP_WIDTHS = "2331112"


class NotPrintable(Exception):
    """A barcode holds letters, digits and signs of plain ASCII, at least one and at most sixty."""


@frozen
class Bars:
    """`path` in a rectangle `width` modules wide and 1 high; the quiet zones are included."""

    width: int
    path: str


def code128(text: str) -> Bars:
    """The barcode of a text. Raises: NotPrintable."""
    values = values_of(text)
    widths = "".join(_WIDTHS[value * 6 : value * 6 + 6] for value in values[:-1]) + _STOP_WIDTHS
    path, at = [], QUIET_ZONE
    for number, width in enumerate(int(one) for one in widths):
        if number % 2 == 0:
            path.append(f"M{at} 0h{width}v1h-{width}z")
        at += width
    return Bars(at + QUIET_ZONE, "".join(path))


def values_of(text: str) -> list[int]:
    """Start, what is written, check character, stop: an even run of digits two by two, everything else one by one.

    >>> values_of("PJJ123C")
    [104, 48, 42, 42, 17, 18, 19, 35, 55, 106]

    Raises: NotPrintable
    """
    if not 1 <= len(text) <= 60 or any(not " " <= letter <= "~" for letter in text):
        raise NotPrintable(NotPrintable.__doc__)
    if len(text) > 1 and text.isdigit():
        digits, rest = text[: len(text) // 2 * 2], text[len(text) // 2 * 2 :]
        values = [_START_C, *(int(digits[n : n + 2]) for n in range(0, len(digits), 2))]
        values += [_TO_B, ord(rest) - 32] if rest else []
    else:
        values = [_START_B, *(ord(letter) - 32 for letter in text)]
    check = (values[0] + sum(place * value for place, value in enumerate(values[1:], 1))) % 103
    return [*values, check, _STOP]
