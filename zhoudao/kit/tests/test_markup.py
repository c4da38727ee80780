"""Markdown as people write it, HTML made harmless, and the plain words."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhoudao.kit.markup import cleaned, marked, plain_of


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("第一段\n同一段\n\n第二段", "<p>第一段<br>同一段</p>\n<p>第二段</p>"),
        ("## 步骤\n1. 打开\n2. 关上", "<h3>步骤</h3>\n<ol><li>打开</li><li>关上</li></ol>"),
        ("先看：\n- 一\n- 二", "<p>先看：</p>\n<ul><li>一</li><li>二</li></ul>"),
        (
            "**粗** *斜* ~~删~~ `码**不粗**`",
            "<p><strong>粗</strong> <em>斜</em> <del>删</del> <code>码**不粗**</code></p>",
        ),
        ("> 引用\n> 两行", "<blockquote><p>引用<br>两行</p></blockquote>"),
        ("---", "<hr>"),
        ("```\n<b>代码</b>\n```", "<pre><code>&lt;b&gt;代码&lt;/b&gt;</code></pre>"),
        ("5 < 7 & 2*3*4", "<p>5 &lt; 7 &amp; 2*3*4</p>"),
        ("<p>已是 HTML</p>", "<p>已是 HTML</p>"),
    ],
)
def test_what_people_write_is_shown_as_they_mean_it(source: str, html: str) -> None:
    assert marked(source) == html


def test_a_table_has_a_head_and_rows() -> None:
    html = marked("| 天数 | 办法 |\n| --- | --- |\n| 7 | 退 |\n| 15 | 换 |")
    assert "<th>天数</th><th>办法</th>" in html
    assert html.count("<tr>") == 3
    assert plain_of(html).split("\n") == ["天数 办法", "7 退", "15 换"]


def test_a_link_leads_out_safely_and_nowhere_else() -> None:
    html = marked("[看](https://example.com/a?b=1&c=2) [坏](javascript:alert(1)) [近](/help/)")
    assert '<a href="https://example.com/a?b=1&amp;c=2" rel="noopener nofollow">看</a>' in html
    assert "javascript:" not in html.replace("[坏](javascript:alert(1))", "")
    assert 'href="/help/"' in html


@pytest.mark.parametrize(
    "bad",
    [
        "<script>alert(1)</script>",
        '<img src="https://evil.example/x.png" onerror="alert(1)">',
        '<a href="javascript:alert(1)">x</a>',
        '<p style="position:fixed" onclick="x()">x</p>',
        "<svg><script>1</script></svg>",
        "<iframe src=//evil.example></iframe>",
        '<form action="/x"><input name="y"></form>',
        "<style>p{}</style>",
        "[x](data:text/html,<script>1</script>)",
    ],
)
def test_nothing_that_runs_or_reaches_out_is_kept(bad: str) -> None:
    for html in (marked(bad), marked(f"text {bad}"), cleaned(bad)):
        tags = " ".join(re.findall(r"<[^>]*>", html))
        for word in ("<script", "onerror", "onclick", "<img", "<iframe", "<form", "<input", "<style", "style=", "<svg"):
            assert word not in tags
        assert "javascript:" not in tags
        assert "data:" not in tags


@given(st.text(alphabet=st.sampled_from("#*-`<>[]()|~ \nab中1.&\"'/"), max_size=200))
def test_whatever_is_written_becomes_harmless_and_stays_as_it_is(source: str) -> None:
    html = marked(source)
    assert cleaned(html) == html


def test_a_hostile_text_costs_no_more_than_its_length() -> None:
    began = time.process_time()
    for source in ("*" * 50_000, "[" * 50_000, "<" * 50_000, "|" * 50_000, "`" * 50_000, "- " * 25_000, "**a" * 16_000):
        marked(source)
    assert time.process_time() - began < 4
