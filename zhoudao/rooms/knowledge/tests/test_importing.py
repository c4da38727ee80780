"""Articles taken over from Markdown, HTML and CSV."""

import pytest

from zhoudao.rooms.knowledge.commands.importing import import_articles
from zhoudao.rooms.knowledge.models import Article, Version
from zhoudao.rooms.knowledge.reading_files import MOST_BYTES, Wrong, read_file
from zhoudao.rooms.knowledge.refusals import ArticleNotFound, ImportUnreadable
from zhoudao.rooms.knowledge.tests.conftest import Library

CSV = """code,language,title,summary,text,questions,topics,audience,valid_until
return,zh,怎么退货,七天内,在订单页面点退货。,退货|怎么退,returns,public,2026-12-31
return,en,How to return,,Open your order and choose return.,,,,
gift,zh,礼品卡,,礼品卡不能兑现。,,payment,everybody,
card,zh,,,没有标题,,,,
twice,zh,两次,,一,,,,
twice,zh,两次,,二,,,,
day,zh,日期,,正文,,,,31/12/2026
"""
MARKDOWN = """---
topics: delivery
questions: 几天到|什么时候到
---
# 多久能送到

现货**当天**发出。

## 偏远地区

四到六天。
"""
HTML = """<!doctype html><html lang="zh-TW"><head><title>網站標題</title><script>alert(1)</script></head>
<body><h1>門市營業時間</h1><p onclick="x()">每天 <b>十點</b>到九點</p></body></html>"""


def test_rows_of_one_code_are_one_article_and_what_is_wrong_is_said_by_row(library: Library) -> None:
    read = read_file("articles.csv", CSV.encode())
    taken = import_articles(read=read, viewer=library.writer, at=library.now)
    assert (sorted(taken.new), taken.changed, taken.before) == (["return", "twice"], [], [])
    assert taken.wrong == [
        Wrong(4, "audience_unknown"), Wrong(5, "title_or_text_missing"), Wrong(7, "said_twice"),
        Wrong(8, "day_unsound"),
    ]  # fmt: skip
    version = Version.objects.get(article__code="return")
    assert {"zh-Hans", "zh-Hant", "en"} == set(version.texts)
    assert (version.topics, str(version.valid_until), version.state) == (["returns"], "2026-12-31", "draft")


def test_the_same_file_again_changes_nothing_and_another_text_is_a_new_version(library: Library) -> None:
    rows = "title,text\n怎么付款,支持微信支付。\n"
    for content, expected in ((rows, "new"), (rows, "before"), (rows.replace("微信支付", "支付宝"), "changed")):
        read = read_file("x.csv", content.encode("gb18030"))
        taken = import_articles(read=read, viewer=library.writer, at=library.now)
        assert len(getattr(taken, expected)) == 1
    assert Article.objects.count() == 1


def test_markdown_has_its_title_in_the_first_heading_and_terms_before_it(library: Library) -> None:
    read = read_file("how-long.md", MARKDOWN.encode())
    import_articles(read=read, is_sent=True, viewer=library.writer, at=library.now)
    version = Version.objects.get(article__code="how-long")
    text = version.texts["zh-Hans"]
    assert (text["title"], text["phrasings"], version.topics) == ("多久能送到", ["几天到", "什么时候到"], ["delivery"])
    assert "<strong>当天</strong>" in text["body"]
    assert version.state == "review"
    several = read_file("all.md", b"# One\n\nfirst\n\n# Two\n\nsecond")
    assert [draft.texts["en"].title for _row, draft in several.drafts.values()] == ["One", "Two"]


def test_html_is_made_harmless_and_knows_its_language(library: Library) -> None:
    import_articles(read=read_file("Store Hours.html", HTML.encode()), viewer=library.writer, at=library.now)
    text = Version.objects.get(article__code="store-hours").texts["zh-Hant"]
    assert text["title"] == "門市營業時間"
    assert text["body"] == "<p>每天 <b>十點</b>到九點</p>"


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.csv", b"a,b\n1,2\n"),
        ("x.csv", b""),
        ("x.csv", b"\x00\x01"),
        ("x.xlsx", b"PK\x03\x04 no"),
        ("x.md", b"\xff\xfe\xff"),
        ("x.exe", b"MZ"),
        ("x", b"text"),
        ("x.md", b"x" * (MOST_BYTES + 1)),
        ("x.csv", ("title,text\n" + "".join(f"t{n},x\n" for n in range(501))).encode()),
    ],
)
def test_what_is_no_file_with_articles_is_refused(name: str, content: bytes) -> None:
    with pytest.raises(ImportUnreadable):
        read_file(name, content)


def test_who_only_reads_takes_nothing_over(library: Library) -> None:
    with pytest.raises(ArticleNotFound):
        import_articles(read=read_file("x.md", b"# A\n\nb"), viewer=library.reader, at=library.now)
