"""Saved views: who sees which, what they find, and never more than one may see."""

from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.desk import counts_of, narrowed
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.teamwork.models import SavedView
from zhoudao.rooms.teamwork.refusals import ConditionUnknown, ReplyUntitled, ShareNotAllowed, ViewNotFound
from zhoudao.rooms.teamwork.saved_views import NewView, filter_of, remove_view, save_view, saved_view, saved_views

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def kept(shop: Shop, who: str, title: str = "投诉", scope: str = "own", **conditions: Any) -> SavedView:
    place, team_id = conditions.pop("place", 100), conditions.pop("team_id", None)
    new = NewView(title, conditions or {"view": "open", "kind": "complaint"}, scope, team_id, place)
    return save_view(new, viewer=shop.viewer(who), at=shop.now)


def titles(shop: Shop, who: str) -> list[str]:
    return [view.title for view in saved_views(shop.viewer(who))]


def test_own_views_are_ones_own_and_a_lead_pushes_to_the_team(shop: Shop) -> None:
    kept(shop, "wang", "我的投诉")
    kept(shop, "zhao", "本组投诉", "team", team_id=shop.cast.teams["reception"].id, view="open", kind="complaint")
    kept(shop, "admin", "全公司紧急", "everybody", view="open", tier="urgent")

    assert titles(shop, "wang") == ["全公司紧急", "我的投诉", "本组投诉"]
    assert titles(shop, "li") == ["全公司紧急", "本组投诉"]
    assert titles(shop, "sun") == ["全公司紧急"]


def test_views_stand_in_the_order_of_their_places(shop: Shop) -> None:
    for title, place in (("丙", 30), ("甲", 10), ("乙", 20)):
        kept(shop, "wang", title, place=place, view="open")

    assert titles(shop, "wang") == ["甲", "乙", "丙"]


def test_an_agent_pushes_nothing_and_a_lead_nothing_beyond_the_team(shop: Shop) -> None:
    after_sales = shop.cast.teams["after_sales"].id
    with pytest.raises(ShareNotAllowed):
        kept(shop, "wang", scope="everybody")
    with pytest.raises(ShareNotAllowed):
        kept(shop, "zhao", scope="team", team_id=after_sales, view="open")
    with pytest.raises(ShareNotAllowed):
        kept(shop, "zhao", scope="everybody")
    assert not SavedView.objects.exists()


def test_a_view_finds_and_counts_what_its_conditions_say_in_one_statement(shop: Shop) -> None:
    inquiry, complaint = shop.hears("什么时候发货"), shop.hears("什么时候发货", who="visitor-2")
    Case.objects.filter(id=complaint.id).update(kind="complaint")
    team = str(shop.cast.teams["reception"].id)
    views = [
        kept(shop, "zhao", view="open", kind="complaint"),
        kept(shop, "zhao", view="open", kind="inquiry", team=team),
        kept(shop, "zhao", view="open", store=str(shop.cast.stores["nanjing"].id)),
        kept(shop, "zhao", view="all", status="closed"),
    ]
    viewer, filters = shop.viewer("zhao"), [filter_of(view) for view in views]

    with CaptureQueriesContext(connection) as statements:
        counts = counts_of(viewer, filters, at=shop.now)

    assert counts == [1, 1, 0, 0]
    assert len(statements) == 1
    assert counts_of(viewer, [], at=shop.now) == []
    found = [list(narrowed(viewer, asked, at=shop.now).values_list("id", flat=True)) for asked in filters]
    assert found == [[complaint.id], [inquiry.id], [], []]


def test_a_pushed_view_shows_nobody_more_than_they_may_see(shop: Shop) -> None:
    shop.hears("什么时候发货")
    view = kept(shop, "admin", "全部", "everybody", view="all")

    assert counts_of(shop.viewer("admin"), [filter_of(view)], at=shop.now) == [1]
    assert counts_of(shop.viewer("sun"), [filter_of(view)], at=shop.now) == [0]


def test_only_who_may_changes_or_removes_a_view(shop: Shop) -> None:
    own = kept(shop, "wang")
    pushed = kept(shop, "zhao", "组", "team", team_id=shop.cast.teams["reception"].id, view="open")

    assert saved_view(shop.viewer("li"), own.id) is None
    with pytest.raises(ViewNotFound):
        remove_view(view_id=own.id, viewer=shop.viewer("li"), at=shop.now)
    with pytest.raises(ShareNotAllowed):
        remove_view(view_id=pushed.id, viewer=shop.viewer("li"), at=shop.now)
    with pytest.raises(ViewNotFound):
        save_view(NewView("x", {"view": "open"}), viewer=shop.viewer("li"), at=shop.now, view_id=uuid4())
    remove_view(view_id=own.id, viewer=shop.viewer("wang"), at=shop.now)
    assert titles(shop, "wang") == ["组"]


@pytest.mark.parametrize(
    "conditions",
    [{"view": "everything"}, {"kind": "pigeon"}, {"team": "not an id"}, {"store": str(uuid4())}, {"colour": "red"}],
)
def test_what_does_not_exist_cannot_be_asked_for(shop: Shop, conditions: dict[str, str]) -> None:
    with pytest.raises(ConditionUnknown):
        kept(shop, "wang", **conditions)
    with pytest.raises(ReplyUntitled):
        kept(shop, "wang", " ", view="open")
