"""What strangers write is made safe before it is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.rooms.conversations.wording import clean_html, language_of, plain_of, word

ATTACKS = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg><style><img src=x onerror=alert(1)></style></svg>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<a href='javascript:alert(1)'>x</a>",
    "<a href='data:text/html,<script>alert(1)</script>'>x</a>",
    "<noscript><p title='</noscript><img src=x onerror=alert(1)>'>",
    "<textarea><img src=x onerror=alert(1)></textarea>",
    "<title><img src=x onerror=alert(1)></title>",
    "<p style='background:url(http://x)'>x</p>",
    "<form action=http://x><input name=y></form>",
    "<iframe src=http://x></iframe>",
    "<b/onclick=alert(1)//x>",
]


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_runs_and_nothing_is_fetched(attack: str) -> None:
    cleaned = clean_html(attack)
    for sink in ("<script", "<img", "<svg", "<math", "<style", "onerror", "onclick", "javascript:", "data:", "style=",
                 "<form", "<iframe", "<title", "<textarea", "<noscript"):  # fmt: skip
        assert sink not in cleaned.lower()
    assert clean_html(cleaned) == cleaned


@given(st.text(alphabet="<>/=\"'abp hrefonclick&;#0123svgmathscript\n", max_size=80))
def test_cleaning_twice_changes_nothing(html: str) -> None:
    cleaned = clean_html(html)
    assert clean_html(cleaned) == cleaned


def test_links_open_nothing_by_themselves() -> None:
    assert (
        clean_html('<a href="https://x" target="_blank">x</a>') == '<a href="https://x" rel="noopener nofollow">x</a>'
    )


def test_text_is_taken_from_html_line_by_line() -> None:
    assert plain_of("<p>一 &amp; 二</p><ul><li>三</li></ul>四<br>五") == "一 & 二\n三\n四\n五"


def test_numbers_are_masked_in_mark_up_too_and_mark_up_that_hides_one_is_dropped() -> None:
    assert word("电话13812348000", "<p>电话<b>13812348000</b></p>").html == "<p>电话<b>138****8000</b></p>"
    hidden = word("见下", "<p>电话138<b>1234</b>8000</p>")
    assert hidden.html == ""
    assert word("订单号13812348000").original is None


def test_what_no_database_holds_is_left_out() -> None:
    assert word("a\0b\ud800c\r\nd").text == "abc\nd"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("冰箱漏水怎么办", "zh-Hans"),
        ("冰箱漏水怎麼辦", "zh-Hant"),
        ("iPhone 15 Pro 壞了，請問保固到什麼時候？", "zh-Hant"),
        ("My fridge is leaking", "en"),
        ("OK", "en"),
        ("", "zh-Hans"),
        ("12345", "zh-Hans"),
    ],
)
def test_the_language_of_a_message(text: str, language: str) -> None:
    assert language_of(text) == language
