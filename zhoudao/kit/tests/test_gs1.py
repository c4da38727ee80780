"""GS1 labels: what was written is read back, however a scanner sends it; nonsense is no label and breaks nothing."""

import string
from time import perf_counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.gs1 import FNC1, LONGEST, Elements, barcodes_of, has_check_digit, read_elements

GTIN = "06901234567892"
LETTERS = string.ascii_letters + string.digits + "-./_+:*"  # of GS1's 82 those that stand on goods, and no brackets
texts = st.text(LETTERS, min_size=1, max_size=20)
dates = st.dates().map(lambda day: day.strftime("%y%m") + f"{day.day:02d}")


@st.composite
def gtins(draw: st.DrawFn) -> str:
    body = draw(st.text(string.digits, min_size=13, max_size=13))
    return next(body + digit for digit in string.digits if has_check_digit(body + digit))


labels = st.builds(Elements, gtins(), texts, st.one_of(st.just(""), texts), st.one_of(st.just(""), dates))


def parts(label: Elements) -> list[tuple[str, str]]:
    rows = [("01", label.gtin), ("17", label.expires), ("10", label.batch), ("21", label.serial)]
    return [(ai, value) for ai, value in rows if value]


@given(labels, st.randoms(use_true_random=False), st.sampled_from(["", "]C1", "]d2", "]Q3", FNC1]))
def test_what_is_on_a_label_is_read_back_in_any_order(label: Elements, rng: object, before: str) -> None:
    rows = parts(label)
    rng.shuffle(rows)  # type: ignore[attr-defined]  # Hypothesis hands out a Random and calls it an object
    sent = before + "".join(ai + value + (FNC1 if ai in ("10", "21") else "") for ai, value in rows)
    assert read_elements(sent) == label
    assert read_elements(sent.removesuffix(FNC1)) == label
    assert read_elements("".join(f"({ai}){value}" for ai, value in rows)) == label


@given(gtins(), texts, dates)
def test_without_separators_it_is_read_where_nothing_follows_the_batch(gtin: str, batch: str, expires: str) -> None:
    assert read_elements(f"01{gtin}17{expires}10{batch}") == Elements(gtin, batch, "", expires)


@given(st.text(max_size=2 * LONGEST) | st.text("0123456789()]dC12" + FNC1, max_size=2 * LONGEST))
def test_anything_at_all_is_read_or_is_none(text: str) -> None:
    found = read_elements(text)
    assert found is None or (len(found.batch) <= 20 and len(found.serial) <= 20 and len(text) <= LONGEST)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "6901234567892",
        "(01)06901234567893(10)A",  # its check digit is wrong
        "(01)6901234567892(10)A",  # thirteen digits
        "(10)" + "A" * 21,
        "(10)",
        "(10)A(10)B",
        "(17)261330(10)A",  # a thirteenth month
        "(01)06901234567892(10)批次",
        "(88)1(10)A",  # nobody knows 88
        "x(10)A",
        "(00)" + "1" * 18,
        f"01{GTIN}10ABC{FNC1}{FNC1}17",
        "(01)" + GTIN + "(10)A" + "(91)x" * 20,
        "(01)" + GTIN + "(10)" + "A" * LONGEST,
    ],
)
def test_a_broken_label_is_none(text: str) -> None:
    assert read_elements(text) is None


def test_the_same_said_twice_is_said_once() -> None:
    assert read_elements("(10)A(01)06901234567892(10)A") == Elements(GTIN, "A")


def test_an_items_number_is_found_in_all_the_ways_it_stands_on_goods() -> None:
    assert barcodes_of(GTIN) == [GTIN, "6901234567892"]
    assert barcodes_of("00000096385074") == ["00000096385074", "0000096385074", "000096385074", "96385074"]
    assert barcodes_of("16901234567899") == ["16901234567899"]


def test_the_longest_nonsense_takes_no_time() -> None:
    began = perf_counter()
    for text in ("(10)" * 50, FNC1 * LONGEST, "91" * 100, "(" * LONGEST):
        for _ in range(200):
            read_elements(text)
    assert perf_counter() - began < 1  # second, for 800 of them
