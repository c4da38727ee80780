"""Barcodes by the printed table, and back again. Besides, zxing-cpp read 3,000 of 3,000 random ones (decision 054)."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zhoudao.kit.code128 import _WIDTHS, QUIET_ZONE, NotPrintable, code128, values_of

# Bars and spaces as tables print them, dot by dot, of a few values (ISO/IEC 15417).
PRINTED = {
    0: "11011001100", 1: "11001101100", 16: "10011101100", 33: "10100011000", 42: "10110111000", 63: "10100110000",
    64: "10100001100", 95: "10111101000", 99: "10111011110", 102: "11110101110", 104: "11010010000", 105: "11010011100",
}  # fmt: skip
STOP = "1100011101011"


def dots(text: str) -> str:
    """The drawing as 1 for a bar's dot and 0 for a space's, without the white at its ends."""
    bars = code128(text)
    row = ["0"] * bars.width
    for at, width, back in re.findall(r"M(\d+) 0h(\d+)v1h-(\d+)z", bars.path):
        assert width == back
        row[int(at) : int(at) + int(width)] = "1" * int(width)
    drawn = "".join(row)
    assert drawn[:QUIET_ZONE] + drawn[-QUIET_ZONE:] == "0" * 2 * QUIET_ZONE
    return drawn[QUIET_ZONE:-QUIET_ZONE]


def read(text: str) -> str:
    """What a scanner makes of the drawing of a text, by the widths of bars and spaces."""
    return read_dots(dots(text))


def read_dots(drawn: str) -> str:
    """What a scanner makes of bars and spaces."""
    assert drawn.endswith(STOP)
    table = {_dots(_WIDTHS[n : n + 6]): n // 6 for n in range(0, len(_WIDTHS), 6)}
    values = [table[drawn[n : n + 11]] for n in range(0, len(drawn) - len(STOP), 11)]
    *written, check = values
    assert check == (written[0] + sum(n * value for n, value in enumerate(written[1:], 1))) % 103
    is_pairs, said = written[0] == 105, ""
    for value in written[1:]:
        if value == 100 and is_pairs:
            is_pairs = False
        else:
            said += f"{value:02d}" if is_pairs else chr(value + 32)
    return said


def _dots(widths: str) -> str:
    return "".join("10"[n % 2] * int(width) for n, width in enumerate(widths))


def test_the_table_is_the_printed_one() -> None:
    """Of every character: eleven dots, its bars an even number of them, no two alike."""
    each = [_WIDTHS[n : n + 6] for n in range(0, len(_WIDTHS), 6)]
    assert {value: _dots(each[value]) for value in PRINTED} == PRINTED
    assert len(each) == len(set(each)) == 106
    assert {sum(map(int, one)) for one in each} == {11}
    assert {sum(map(int, one[::2])) % 2 for one in each} == {0}


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=24))
@settings(max_examples=120, deadline=None)
def test_every_text_comes_back(text: str) -> None:
    assert read(text) == text


@given(st.text("0123456789", min_size=2, max_size=24))
@settings(max_examples=60, deadline=None)
def test_numbers_come_back_and_are_half_as_wide(text: str) -> None:
    assert read(text) == text
    assert len(values_of(text)) <= len(text) // 2 + 5


@pytest.mark.parametrize("text", ["", "圆通", "a" * 61, "tab\t"])
def test_what_no_scanner_could_read_is_refused(text: str) -> None:
    with pytest.raises(NotPrintable):
        code128(text)
