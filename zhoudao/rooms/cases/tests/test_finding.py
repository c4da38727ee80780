"""Finding words: all that a plain scan finds, in its order, and only what one may see."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.kit import grams
from zhoudao.kit.grams import terms
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.queries import finding
from zhoudao.rooms.cases.queries.desk import ViewFilter
from zhoudao.rooms.cases.queries.finding import Asked, Found, count, find
from zhoudao.rooms.cases.tests.library import Library, ids
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.conversations import commonness
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.customers.commands import erase_customer

EVERYBODY = Viewer("user:admin", frozenset(["cases:read", "messages:read", "customers:read"]))
LATER = TUESDAY + timedelta(days=400)
PARTS = [
    "洗衣機",
    "洗衣机",
    "漏水",
    "水漏",
    "退款",
    "refund",
    "Refunds",
    "XQ-48213",
    "订单O2026000777",
    "😡",
    "tv",
    "ＴＶ",
    "100%",
    "a_b",
]


@pytest.fixture
def shop(db: None) -> Shop:
    return open_shop()


@pytest.fixture
def library(shop: Shop) -> Library:
    return Library(Channel.objects.get(code="webchat"), shop.cast.stores["web"], TUESDAY)


def all_of(asked: Asked, viewer: Viewer = EVERYBODY, most: int = 7) -> Iterator[Found]:
    place = None
    for _ in range(1000):
        found = find(viewer, asked, at=LATER, after=place, most=most)
        yield found
        if found.next is None:
            return
        assert place is None or found.next < place
        place = found.next
    raise AssertionError("It never ends.")


def found_by(words: str, viewer: Viewer = EVERYBODY, **differs: Any) -> list[UUID]:
    asked = replace(Asked(terms(words)), **differs)
    return [id_ for page in all_of(asked, viewer) for id_ in ids(page.hits)]


def much(library: Library, rng: Random, many: int) -> None:
    cases = [library.case(subject="" if number else "发票抬头") for number in range(8)]
    for _ in range(many):
        text = rng.choice(["", " ", "，"]).join(rng.choices(PARTS, k=rng.randrange(1, 6)))
        at = TUESDAY + timedelta(seconds=rng.choice([0, 1, 60, 86_400]) * rng.randrange(400))
        library.say(rng.choice(cases), text, direction=rng.choice(["in", "in", "out", "note"]), at=at)
    library.settle()


@pytest.mark.parametrize("rows", [(finding._FEW, finding._MANY), (3, 9)])
def test_two_hundred_queries_find_what_a_plain_scan_finds(
    library: Library, monkeypatch: pytest.MonkeyPatch, rows: tuple[int, ...]
) -> None:
    rng = Random(1)
    much(library, rng, 300)
    monkeypatch.setattr(finding, "_FEW", rows[0])
    monkeypatch.setattr(finding, "_MANY", rows[1])
    for number in range(200):
        text = rng.choice(library.said).text
        start = rng.randrange(len(text))
        words = text[start : start + rng.randrange(1, 9)] if number % 4 else " ".join(rng.sample(PARTS, 2))
        assert found_by(words) == library.scanned(words), words


@given(st.lists(st.text(st.sampled_from("洗衣機机漏水ab1Ｂ% -_'\"\\"), max_size=12), max_size=6), st.text(max_size=6))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_is_written_and_asked_nothing_is_missed(library: Library, texts: list[str], words: str) -> None:
    Message.objects.all().delete()
    library.said.clear()
    case = library.case()
    for text in texts:
        library.say(case, text)
    library.settle()
    for asked in [words, *(text[:3] for text in texts)]:
        assert found_by(asked.replace("\0", "")) == library.scanned(asked), asked


@pytest.mark.parametrize(
    ("words", "is_found"),
    [
        ("漏", True),
        ("洗衣机漏", True),
        ("洗衣機", True),
        ("ｆｒｉｄｇｅ", True),
        ("FRIDGE", True),
        ("ridg", True),
        ("dg", True),
        ("g", True),
        ("7", True),
        ("x-200", True),
        ("100%", True),
        ("50%", False),
        ("a_b", True),
        ("axb", False),
        ("o'neil", True),
        ("back\\slash", True),
        ("😡", True),
        ('"漏水 Fridge"', True),
        ('"Fridge 漏水"', False),
        ("Fridge 漏水", True),
        ("水漏", False),
        ("z", False),
        ("'| & !:*()<->", False),
        ("", False),
        ("\0", False),
    ],
)
def test_words_are_found_however_they_are_written(library: Library, words: str, is_found: bool) -> None:
    library.say(library.case(), "洗衣机漏水 Fridge X-200，100%的a_b，O'Neil back\\slash 7 😡")
    library.say(library.case(), "别的")
    library.settle()
    assert len(found_by(words)) == is_found


def test_a_text_too_long_for_the_index_is_found_by_its_end(library: Library) -> None:
    case = library.case()
    text = "".join(chr(0x4E00 + (number * 7919) % 20_000) for number in range(60_000))
    long = library.say(case, text + "龘龘龘鱻 the end")
    library.say(case, "别的")
    library.settle()
    assert found_by("龘鱻") == [long.id]
    assert found_by("end") == [long.id]
    assert found_by("龘鱻龘") == []


def test_another_teams_words_are_neither_found_nor_counted(shop: Shop, library: Library) -> None:
    teams, stores = shop.cast.teams, shop.cast.stores
    ours = library.say(library.case(team=teams["reception"]), "漏水")
    library.say(library.case(team=teams["after_sales"]), "漏水")
    mine = library.say(library.case(team=teams["after_sales"], owner=shop.cast.people["wang"]), "漏水")
    there = library.say(library.case(team=teams["after_sales"], store=stores["nanjing"]), "漏水", direction="note")
    library.settle()
    wang, asked = shop.viewer("wang"), Asked(["漏水"])
    nanjing = replace(EVERYBODY, stores=frozenset([stores["nanjing"].id]), teams=frozenset())
    nobody = replace(EVERYBODY, stores=frozenset(), teams=frozenset())

    assert found_by("漏水", wang) == [mine.id, ours.id]
    assert count(wang, asked, at=LATER) == ({"case": 0, "message": 2, "note": 0}, True)
    assert found_by("漏水", nanjing) == [there.id]
    assert count(nanjing, asked, at=LATER) == ({"case": 0, "message": 0, "note": 1}, True)
    assert found_by("漏水", nobody) == []
    assert count(nobody, asked, at=LATER)[0] == {"case": 0, "message": 0, "note": 0}
    assert len(found_by("漏水")) == 4


def test_filters_narrow_by_case_channel_kind_and_time(shop: Shop, library: Library) -> None:
    quiet, loud = library.case(team=shop.cast.teams["reception"]), library.case(subject="漏水的投诉")
    Case.objects.filter(id=loud.id).update(
        kind="complaint", tier="urgent", status="resolved", outcome="answered", cause="other"
    )
    first = library.say(quiet, "漏水", at=TUESDAY)
    note = library.say(quiet, "漏水", direction="note", at=TUESDAY + timedelta(days=1))
    opening = library.say(loud, "水", at=TUESDAY + timedelta(days=2))
    answer = library.say(loud, "漏水", direction="out", at=TUESDAY + timedelta(days=3))
    library.settle()
    day = timedelta(days=1)

    assert found_by("漏水") == [answer.id, opening.id, note.id, first.id]
    assert found_by("漏水", kinds=frozenset(["note"])) == [note.id]
    assert found_by("漏水", kinds=frozenset(["case"])) == [opening.id]
    assert found_by("漏水", kinds=frozenset(["message"])) == [answer.id, first.id]
    assert found_by("漏水", cases=ViewFilter(view="all", kind="complaint")) == [answer.id, opening.id]
    assert found_by("漏水", cases=ViewFilter(view="all", tier="urgent", status="open")) == []
    assert found_by("漏水", cases=ViewFilter(view="all", team_id=shop.cast.teams["reception"].id)) == [
        note.id,
        first.id,
    ]
    assert len(found_by("漏水", channel="webchat")) == 4
    assert found_by("漏水", channel="email") == []
    assert found_by("漏水", since=TUESDAY + day, until=TUESDAY + 3 * day) == [opening.id, note.id]


def test_what_was_said_in_a_merged_case_leads_to_the_survivor_that_one_may_see(shop: Shop, library: Library) -> None:
    teams = shop.cast.teams
    loser, survivor = library.case(team=teams["reception"]), library.case(team=teams["after_sales"])
    said = library.say(loser, "漏水")
    library.settle()
    sun, wang = shop.viewer("sun"), shop.viewer("wang")
    assert found_by("漏水", sun) == []

    merge_cases(case_id=loser.id, into_id=survivor.id, viewer=EVERYBODY, at=LATER)
    assert [hit.case_id for hit in find(sun, Asked(["漏水"]), at=LATER).hits] == [survivor.id]
    assert [hit.case_id for hit in find(wang, Asked(["漏水"]), at=LATER).hits] == [loser.id]
    assert found_by("漏水") == [said.id]

    undo_merge(case_id=loser.id, viewer=EVERYBODY, at=LATER)
    assert found_by("漏水", sun) == []


def test_nothing_is_found_of_what_was_taken_back_or_forgotten(library: Library) -> None:
    case = library.case()
    library.say(case, "漏水", direction="out").status = "undone"
    other = library.case()
    library.say(other, "漏水")
    library.settle()
    assert len(found_by("漏水")) == 1
    Case.objects.filter(id=other.id).update(status=Status.CLOSED, outcome="answered", cause="other")
    erase_customer(customer_id=other.customer_id, at=LATER, by=By("user:admin"))
    assert found_by("漏水") == []


@pytest.mark.parametrize("many", [30, 600])
def test_a_page_looks_at_no_more_rows_however_many_have_the_words(library: Library, many: int) -> None:
    case = library.case()
    for _ in range(many):
        library.say(case, "漏水 refund")
    library.settle()
    for words in ("漏水", "水 refund", "re"):
        with CaptureQueriesContext(connection) as statements:
            found = find(EVERYBODY, Asked(terms(words)), at=LATER)
        assert len(statements) <= 4
        assert len(found.hits) == 20
    assert count(EVERYBODY, Asked(["漏水"]), at=LATER) == ({"case": 0, "message": many, "note": 0}, True)


def test_who_sees_few_of_many_is_told_how_far_was_looked_and_goes_on_there(
    shop: Shop, library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_FEW", 5)
    monkeypatch.setattr(finding, "_MANY", 10)
    ours, theirs = library.case(team=shop.cast.teams["reception"]), library.case()
    for number in range(120):
        library.say(ours if number % 40 == 0 else theirs, "漏水")
    library.settle()
    pages = list(all_of(Asked(["漏水"]), shop.viewer("wang"), most=20))

    assert [hit for page in pages for hit in ids(page.hits)] == [library.said[n].id for n in (80, 40, 0)]
    assert len(pages) > 3
    assert all(page.looked_to is not None for page in pages[:-1])
    assert pages[-1].looked_to is None


def test_counting_stops_at_a_thousand(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(finding, "COUNTED", 10)
    case = library.case()
    for _ in range(11):
        library.say(case, "漏水")
    library.settle()
    assert count(EVERYBODY, Asked(["漏水"]), at=LATER) == ({"case": 0, "message": 10, "note": 0}, False)


@pytest.mark.slow
def test_words_are_looked_up_in_the_index_and_not_row_by_row(library: Library, settings: Any) -> None:
    case, owner = library.case(), urlsplit(settings.DATABASE_OWNER_URL).username
    for number in range(3_000):
        library.say(case, f"漏水 {number}" if number % 500 == 0 else f"你好 {number}")
    library.settle()
    with connection.cursor() as cursor, CaptureQueriesContext(connection) as statements:
        find(EVERYBODY, Asked(["漏水"]), at=LATER)
        statement = next(one["sql"] for one in statements if "ORDINALITY" in one["sql"])
        for _ in range(3):  # who vacuums beside us counts a table whose rows are not committed as empty
            cursor.execute(f"SET LOCAL ROLE {owner}")  # the application's role may not
            cursor.execute("ANALYZE conversations_message")
            cursor.execute("RESET ROLE")
            cursor.execute(f"EXPLAIN {statement}")
            plan = [row[0] for row in cursor.fetchall()]
            if any("message_search" in line for line in plan):
                return
    raise AssertionError("\n".join(plan))


def test_while_older_messages_are_indexed_one_is_told_down_to_where(library: Library) -> None:
    case = library.case()
    old = library.say(case, "漏水", at=TUESDAY)
    library.say(case, "漏水", at=LATER)
    library.settle()
    assert finding.is_indexed_to() is None
    Message.objects.filter(id=old.id).update(index_version=1)
    assert finding.is_indexed_to() == TUESDAY


def test_two_letters_that_few_words_begin_with_are_found_at_once(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_FEW", 5)
    monkeypatch.setattr(finding, "_MANY", 20)
    case = library.case()
    for number in range(150):
        library.say(case, "a zqx" if number in (3, 70) else "abc tv")
    library.settle()

    found = find(EVERYBODY, Asked(["zq"]), at=LATER)
    assert (ids(found.hits), found.next) == ([library.said[n].id for n in (70, 3)], None)
    assert found_by("q") == library.scanned("q")
    assert found_by("zq a") == library.scanned("zq a")
    assert found_by("tv") == library.scanned("tv")


def test_a_sentence_is_found_by_its_rarest_pieces_and_only_where_it_stands_whole(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert commonness._shares(0) == commonness._shares(1)  # as counted; these rows are newer than that
    shares = dict.fromkeys(["你好", "我在", "在上", "上海", "海买", "买的", "的保"], 0.5)
    monkeypatch.setattr(commonness, "_shares", lambda hour: shares)
    case, sentence = library.case(), "你好，我在上海买的保温杯漏水"
    for number in range(400):
        library.say(case, f"你好，我在{'上海北京广州深圳'[number % 4 * 2 :][:2]}买的雨伞，订单{number}")
    wanted = library.say(case, sentence + "怎么办")
    library.say(case, "漏水的保温杯买的上海，我在你好")
    library.settle()
    kept = commonness.rarest(grams.needs(terms(sentence)).grams, 4, at=LATER)
    assert set(kept) == {"保温", "温杯", "杯漏", "漏水"}
    assert found_by(sentence) == [wanted.id]
    assert found_by("我 在 上海 买的 雨伞 订单 你好") == library.scanned("我 在 上海 买的 雨伞 订单 你好")
