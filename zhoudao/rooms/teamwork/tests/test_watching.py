"""Mentions and watching: who is told, who never."""

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.merging import merge_cases
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.refusals import CaseNotFound
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.teamwork.colleagues import Colleague
from zhoudao.rooms.teamwork.models import Watch
from zhoudao.rooms.teamwork.watching import mentioned, note, unwatch_case, watch_case

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def case(shop: Shop) -> Case:
    return shop.hears("什么时候发货？")


def told(shop: Shop, name: str) -> list[str]:
    """Of what this colleague was told, oldest first."""
    return list(Notice.objects.filter(user=shop.cast.people[name]).order_by("at", "id").values_list("kind", flat=True))


def writes(shop: Shop, case: Case, text: str, who: str = "zhao", *chosen: UUID) -> None:
    note(case_id=case.id, text=text, viewer=shop.viewer(who), at=shop.later(minutes=1), chosen=chosen)
    dispatch.drain()


def test_a_mention_tells_once_and_begins_to_watch(shop: Shop, case: Case) -> None:
    writes(shop, case, "@李强 请看一下，@李强 急")

    assert told(shop, "li") == ["mentioned"]
    assert told(shop, "wang") == told(shop, "zhao") == []
    assert list(Watch.objects.values_list("user__name", flat=True)) == ["李强"]
    notice = Notice.objects.get()
    assert notice.address == f"/desk/cases/{case.number}/"
    assert notice.attributes == {"number": case.number, "by": "赵敏"}


def test_who_may_not_see_the_case_cannot_be_mentioned_nor_oneself(shop: Shop, case: Case) -> None:
    writes(shop, case, "@孙丽 @赵敏 看看")

    assert not Notice.objects.exists()
    assert not Watch.objects.exists()


def test_watchers_hear_of_the_customer_of_notes_and_of_the_end_but_not_of_themselves(shop: Shop, case: Case) -> None:
    watch_case(case_id=case.id, viewer=shop.viewer("li"), at=shop.now)
    assert not watch_case(case_id=case.id, viewer=shop.viewer("li"), at=shop.now)

    shop.later(minutes=1)
    shop.hears("人呢？", conversation_id=case.conversation_id)
    writes(shop, case, "在查")
    writes(shop, case, "我也看过", "li")
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("zhao"), at=shop.later(hours=1))
    dispatch.drain()

    assert told(shop, "li") == ["watched_wrote", "watched_note", "watched_resolved"]
    unwatch_case(case_id=case.id, viewer=shop.viewer("li"), at=shop.now)
    writes(shop, case, "补充")
    assert len(told(shop, "li")) == 3


def test_the_new_owner_is_told_by_whom_and_not_when_they_took_it_or_routing_gave_it(shop: Shop, case: Case) -> None:
    assert case.owner is not None
    owner = case.owner
    assert not Notice.objects.exists()  # routing gave it
    other = "li" if owner.name == "王芳" else "wang"

    assign_case(
        case_id=case.id,
        viewer=shop.viewer("zhao"),
        at=shop.later(minutes=1),
        member_id=shop.cast.people[other].id,
        reason="other_skill",
    )
    dispatch.drain()
    assert told(shop, other) == ["assigned"]
    assert Notice.objects.get().attributes["by"] == "赵敏"

    assign_case(
        case_id=case.id,
        viewer=shop.viewer("zhao"),
        at=shop.later(minutes=1),
        member_id=shop.cast.people["zhao"].id,
        reason="cannot_wait",
    )
    dispatch.drain()
    assert told(shop, "zhao") == []


def test_who_loses_sight_of_a_case_is_told_no_more_of_it(shop: Shop, case: Case) -> None:
    watch_case(case_id=case.id, viewer=shop.viewer("li"), at=shop.now)
    shop.cast.people["li"].grants.update(team=shop.cast.teams["after_sales"])
    Case.objects.filter(id=case.id).update(owner=shop.cast.people["wang"])

    writes(shop, case, "内部消息")

    assert told(shop, "li") == []


def test_watching_goes_on_in_the_survivor_of_a_merge(shop: Shop, case: Case) -> None:
    other = shop.hears("同一件事", who="visitor-2")
    watch_case(case_id=case.id, viewer=shop.viewer("li"), at=shop.now)
    merge_cases(case_id=case.id, into_id=other.id, viewer=shop.viewer("zhao"), at=shop.later(minutes=1))
    dispatch.drain()

    writes(shop, other, "合并后继续")

    assert told(shop, "li") == ["watched_note"]


def test_nobody_watches_what_they_may_not_see(shop: Shop, case: Case) -> None:
    with pytest.raises(CaseNotFound):
        watch_case(case_id=case.id, viewer=shop.viewer("sun"), at=shop.now)


def test_a_note_without_an_at_looks_for_nobody(shop: Shop, case: Case) -> None:
    viewer = shop.viewer("zhao")
    with CaptureQueriesContext(connection) as plain:
        note(case_id=case.id, text="普通备注", viewer=viewer, at=shop.later(minutes=1))

    tables = ("accounts_grant", "teamwork_watch", "notices_notice")
    assert not [one["sql"] for one in plain if any(table in one["sql"] for table in tables)]


def test_the_longest_name_is_meant_and_of_one_name_the_chosen() -> None:
    short, long = Colleague(UUID(int=1), "王芳", "a"), Colleague(UUID(int=2), "王芳芳", "b")
    twin = Colleague(UUID(int=3), "王芳", "c")

    assert mentioned("@王芳芳 和 @王芳", [short, long], chosen=set()) == [long, short]
    assert mentioned("@王芳芳", [short, long], chosen=set()) == [long]
    assert mentioned("@王芳", [short, twin], chosen={twin.id}) == [twin]
    assert mentioned("@王芳", [short, twin], chosen=set()) == [short, twin]
    assert mentioned("me@example.com @nobody", [short], chosen={short.id}) == []
    assert mentioned("@", [], chosen=set()) == []
