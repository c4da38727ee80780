"""What is found by which words, and who is shown what."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.knowledge.commands.reviewing import archive_article
from zhoudao.rooms.knowledge.queries.reading import Who, answerable, find_articles, read_article, related, shelves
from zhoudao.rooms.knowledge.questions import pieces_of
from zhoudao.rooms.knowledge.tests.conftest import Library
from zhoudao.rooms.knowledge.tests.library import RETURN_EN, draft
from zhoudao.rooms.knowledge.texts import Text

INVOICE = Text(
    "怎么开发票", "", "在订单页面点**申请发票**，电子发票十分钟内发到邮箱。", ("开票", "发票抬头写错了怎么改？")
)
DELIVERY = Text("多久能送到", "", "现货当天发出，江浙沪次日达，其他地区二至四天。", ("快递几天到？", "什么时候发货？"))
STAFF = Text("退货时如何安抚客户", "", "先道歉，再查订单，再说办法。")


@pytest.fixture
def full(library: Library) -> Library:
    library.publishes("return", draft(en=RETURN_EN, topics=("returns",)))
    library.publishes("invoice", draft(INVOICE, topics=("payment",), skus=("TABLE-1",)))
    library.publishes("delivery", draft(DELIVERY, topics=("delivery",), skus=("TABLE-1",)))
    library.publishes("calm", draft(STAFF, audience="staff", topics=("returns",)))
    return library


def codes(question: str, library: Library, audience: Who = "public") -> list[str]:
    found = find_articles(question, audience=audience, language="zh-Hans", at=library.now)
    return [one.version.article.code for one in found]


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("怎么退货", "return"),
        ("我想退货可以吗", "return"),
        ("怎麼退貨？", "return"),
        ("買錯了", "return"),
        ("发票抬头", "invoice"),
        ("請問怎麼開發票", "invoice"),
        ("快递几天能到啊", "delivery"),
        ("how can I return this?", "return"),
        ("RETURNS", "return"),
        ("returning goods", "return"),
    ],
)
def test_a_question_in_anybodys_words_finds_its_article(full: Library, question: str, code: str) -> None:
    assert codes(question, full)[:1] == [code]


@pytest.mark.parametrize(
    "question", ["", "  ", "?", "😀😀", "量子力学", "bicycle tyres", "'; drop table", "\0", "退" * 9_000]
)
def test_what_no_article_speaks_of_finds_nothing(full: Library, question: str) -> None:
    assert codes(question, full) == []


def test_what_is_for_staff_is_found_by_staff_alone(full: Library) -> None:
    assert "calm" in codes("安抚客户", full, "staff")
    assert codes("安抚客户", full) == []
    assert read_article("calm", audience="public", at=full.now) is None
    assert read_article("calm", audience="staff", at=full.now) is not None
    assert {one.code for one in answerable("en", "public", at=full.now)} == {"return", "invoice", "delivery"}
    assert "calm" in {one.code for one in answerable("en", "staff", at=full.now)}


def test_before_its_first_and_after_its_last_day_it_does_not_exist(library: Library) -> None:
    day = library.now.date()
    library.publishes("sale", draft(valid_from=day, valid_until=day + timedelta(days=1)))
    there = {}
    for ahead in (-1, 0, 1, 2):
        at = library.now + timedelta(days=ahead)
        found = find_articles("退货", audience="public", language="en", at=at)
        there[ahead] = (len(found), read_article("sale", audience="public", at=at) is not None)
    assert there == {-1: (0, False), 0: (1, True), 1: (1, True), 2: (0, False)}


def test_archived_it_is_found_no_more(full: Library) -> None:
    archive_article(code="return", viewer=full.manager, at=full.now)
    assert codes("怎么退货", full) == []


def test_what_goes_with_it_is_of_the_same_topic_or_product(full: Library) -> None:
    version = read_article("invoice", audience="public", at=full.now)
    assert version is not None
    near = related(version, audience="public", language="en", at=full.now)
    assert [one.version.article.code for one in near] == ["delivery"]


def test_answers_are_made_of_plain_text_in_the_language_or_the_nearest(full: Library) -> None:
    english = {one.code: one for one in answerable("en", "public", at=full.now)}
    assert (english["return"].language, english["return"].body) == ("en", "Goods must be complete.")
    assert english["return"].phrasings == ("How do I return it?",)
    assert english["invoice"].language == "zh-Hans"
    assert "<" not in english["invoice"].body
    traditional = {one.code: one for one in answerable("zh-Hant", "public", at=full.now)}
    assert traditional["invoice"].language == "zh-Hant"
    assert "發票" in traditional["invoice"].title


def test_looking_costs_as_much_for_forty_articles_as_for_four(full: Library) -> None:
    def asked() -> tuple[int, int, int]:
        found = []
        for look in (
            lambda: find_articles("怎么退货", audience="public", language="en", at=full.now),
            lambda: shelves("public", "en", full.now),
            lambda: answerable("en", "public", at=full.now),
        ):
            with CaptureQueriesContext(connection) as statements:
                assert look()
            found.append(len(statements))
        return found[0], found[1], found[2]

    asked()  # the first reads the company's zone
    few = asked()
    for n in range(36):
        full.publishes(f"more-{n}", draft(topics=("returns",)))
    assert asked() == few == (2, 1, 1)


def test_a_question_is_cut_into_what_an_answer_would_hold() -> None:
    assert [one.text for one in pieces_of("请问怎么退货？")] == ["退货"]
    assert [one.text for one in pieces_of("How do I return the tables?")] == ["return", "tabl"], (
        "so that both table and tables are found"
    )
    assert pieces_of("怎么") != (), "where nothing else is asked, that is the question"
