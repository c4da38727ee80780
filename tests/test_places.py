"""Where rights hold: store and team of one grant narrow, several grants add up, rights and places go together."""

from uuid import UUID

import pytest

from zhoudao.doors.desk.settings.access import where
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.grants import Held, roles_at
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.reach import reaching, within
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.commands.holding import may, may_see, visible
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.desk import ViewFilter, narrowed
from zhoudao.rooms.cases.queries.listing import counted, seen_by
from zhoudao.rooms.cases.tests.shop import Shop, open_shop

pytestmark = pytest.mark.django_db(transaction=True)
PLACES = [("web", "reception"), ("web", "after_sales"), ("nanjing", "reception"), ("nanjing", "after_sales")]


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def cases_in(shop: Shop) -> dict[tuple[str, str], Case]:
    """A case of each of two teams in each of two stores, nobody's."""
    heard = [shop.hears(f"桌子 {number}", who=f"who{number}") for number in range(len(PLACES))]
    for case, (store, team) in zip(heard, PLACES, strict=True):
        here = {"store": shop.cast.stores[store], "team": shop.cast.teams[team], "owner": None}
        Case.objects.filter(id=case.id).update(**here)
        case.refresh_from_db()
    return dict(zip(PLACES, heard, strict=True))


def with_grants(shop: Shop, *grants: tuple[str, str, str], name: str = "wang") -> Viewer:
    """This colleague, holding just these: role, store, team."""
    person = shop.cast.people[name]
    person.grants.all().delete()
    for role, store, team in grants:
        Grant.objects.create(user=person, role=role, store=shop.cast.stores.get(store), team=shop.cast.teams.get(team))
    return viewers.of_user(User.objects.get(pk=person.pk))


def seen(
    shop: Shop, viewer: Viewer, cases: dict[tuple[str, str], Case], permission: str = "cases:read"
) -> set[tuple[str, str]]:
    """What they see, asked in every way there is: all must agree."""
    there = viewer.within(permission)
    by_rows = {place for place, case in cases.items() if may_see(there, case)}
    ids = {case.id: place for place, case in cases.items()}
    assert {ids[one] for one in Case.objects.filter(visible(there)).values_list("id", flat=True)} == by_rows
    assert {ids[one.id] for one in narrowed(there, ViewFilter(view="all"), at=shop.now)} == by_rows
    assert counted([seen_by(there)]) == [len(by_rows)]
    return by_rows


def test_store_and_team_of_one_grant_narrow_each_other(shop: Shop) -> None:
    cases = cases_in(shop)

    assert seen(shop, with_grants(shop, ("agent", "nanjing", "reception")), cases) == {("nanjing", "reception")}
    assert seen(shop, with_grants(shop, ("agent", "", "reception")), cases) == {
        ("web", "reception"),
        ("nanjing", "reception"),
    }
    assert seen(shop, with_grants(shop, ("agent", "web", "")), cases) == {("web", "reception"), ("web", "after_sales")}
    assert seen(shop, with_grants(shop, ("agent", "", "")), cases) == set(PLACES)


def test_several_grants_add_up(shop: Shop) -> None:
    cases = cases_in(shop)
    both = with_grants(shop, ("agent", "nanjing", "reception"), ("agent", "web", "after_sales"))

    assert seen(shop, both, cases) == {("nanjing", "reception"), ("web", "after_sales")}
    more = with_grants(shop, ("agent", "nanjing", "reception"), ("agent", "", "after_sales"))
    assert seen(shop, more, cases) == {("nanjing", "reception"), ("nanjing", "after_sales"), ("web", "after_sales")}


def test_rights_hold_only_where_their_role_does(shop: Shop) -> None:
    cases = cases_in(shop)
    mixed = with_grants(shop, ("agent", "web", ""), ("team_lead", "nanjing", ""))
    web, nanjing = cases["web", "reception"], cases["nanjing", "reception"]

    assert seen(shop, mixed, cases) == set(PLACES)
    assert seen(shop, mixed, cases, "cases:assign_any") == {("nanjing", "reception"), ("nanjing", "after_sales")}
    assert may(mixed, "cases:assign_any", nanjing)
    assert not may(mixed, "cases:assign_any", web)
    assert may(mixed, "cases:write", web)


def test_what_is_ones_own_elsewhere_has_only_the_rights_held_everywhere(shop: Shop) -> None:
    cases = cases_in(shop)
    mixed = with_grants(shop, ("agent", "web", ""), ("team_lead", "nanjing", "reception"))
    Case.objects.update(owner=shop.cast.people["wang"])
    own, elsewhere = (
        Case.objects.get(id=cases["web", "reception"].id),
        Case.objects.get(id=cases["nanjing", "after_sales"].id),
    )

    assert may(mixed, "cases:write", elsewhere), "every one of their roles may"
    assert not may(mixed, "cases:assign_any", elsewhere)
    assert not may(mixed, "cases:assign_any", own)


def test_asking_for_one_right_after_another_narrows_no_further(shop: Shop) -> None:
    mixed = with_grants(shop, ("agent", "web", ""), ("team_lead", "nanjing", ""))

    assert mixed.within("cases:assign_any").within("cases:read") == mixed
    assert not mixed.within("settings:write").sees(shop.cast.stores["web"].id, None)
    assert mixed.may_wherever("customers:unmask")
    assert not mixed.may_wherever("routing:write")


def test_roles_at_a_place_are_those_that_hold_there() -> None:
    store, other, team = (UUID(int=n) for n in (1, 2, 3))
    held = [Held("agent", store), Held("team_lead", other, team)]

    assert roles_at(held, store, team) == ["agent"]
    assert roles_at(held, other, team) == ["team_lead"]
    assert roles_at(held, other, None) == [], "of two roles none counts where neither holds"
    assert roles_at(held[:1], other, None) == ["agent"]


def test_grants_and_rows_agree_on_who_reaches_what(shop: Shop) -> None:
    cases = cases_in(shop)
    for grants in ([("agent", "nanjing", "reception")], [("agent", "", "after_sales")], [("agent", "web", "")]):
        viewer = with_grants(shop, *grants)
        for case in cases.values():
            reached = Grant.objects.filter(reaching(case.store_id, case.team_id), user=viewer.user_id).exists()
            assert reached == viewer.sees(case.store_id, case.team_id)
            assert reached == Case.objects.filter(within(viewer), id=case.id).exists()


def test_the_form_says_it_in_words(shop: Shop) -> None:
    store, team = shop.cast.stores["nanjing"], shop.cast.teams["after_sales"]

    said = [where(store, team), where(None, team), where(store, None), where(None, None)]

    assert len(set(said)) == 4
    assert str(store) in said[0]
    assert str(team) in said[0]
