"""A role held in one place changes nothing that holds elsewhere: not the company's settings, not another place's."""

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.urls import get_resolver, reverse

from zhoudao.conduct.flows.bends import roles_in
from zhoudao.conduct.flows.models import BendLimit
from zhoudao.conduct.handbooks.commands import may_make
from zhoudao.doors.desk.routing.scope import leads
from zhoudao.ground.accounts import viewer as viewers
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.permits import permission_of
from zhoudao.ground.accounts.roles import COMPANY_WIDE, ROLES
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.incidents.commands.holding import is_in_charge
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.risks import NewRisk, retire_risk, save_risk
from zhoudao.rooms.incidents.models import Incident
from zhoudao.rooms.incidents.queries import in_reach
from zhoudao.rooms.incidents.refusals import NotInCharge
from zhoudao.rooms.teamwork.leads import administrators
from zhoudao.rooms.teamwork.models import AuthorityLimit

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def hold(shop: Shop, name: str, *grants: tuple[str, str, str]) -> Viewer:
    """This colleague with these roles, each in a store, a team, or (both empty) the whole company."""
    person, cast = shop.cast.people[name], shop.cast
    person.grants.all().delete()
    for role, store, team in grants:
        Grant.objects.create(user=person, role=role, store=cast.stores.get(store), team=cast.teams.get(team))
    return viewers.of_user(person)


def browser(shop: Shop, name: str) -> Client:
    client = Client()
    client.force_login(shop.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


def routes(patterns: Any = None, before: str = "/") -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every address of the desk, with an id where one is asked for, and its view."""
    for entry in get_resolver().url_patterns if patterns is None else patterns:
        path = before + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from routes(entry.url_patterns, path)
        else:
            yield path, entry.callback


def test_no_page_that_changes_the_whole_company_opens_to_a_place(shop: Shop) -> None:
    hold(shop, "wang", ("administrator", "nanjing", ""), ("process_manager", "", "reception"))
    small, head = browser(shop, "wang"), browser(shop, "admin")
    found = [(path, view) for path, view in routes() if permission_of(view) in COMPANY_WIDE]
    assert {permission_of(view) for _path, view in found} == COMPANY_WIDE - {"authority:write"}
    for path, _view in found:
        address = re.sub("<uuid:[a-z_]+>", str(uuid4()), "/" + path.lstrip("/"))
        address = re.sub("<(slug|str):[a-z_]+>", "webchat", address)
        assert "<" not in address, address
        assert (small.get(address).status_code, small.post(address).status_code) == (403, 403), address
        assert head.get(address).status_code != 403, address


@pytest.mark.parametrize(
    ("path", "rows", "given"),
    [
        (
            "authority",
            AuthorityLimit,
            {"role": "agent", "kind": "coupon", "per_case": "9", "per_month": "9"},
        ),
        ("bend_limits", BendLimit, {"role": "team_lead", "skip": "99", "days": "1"}),
    ],
)
def test_how_far_roles_reach_is_the_whole_companys(shop: Shop, path: str, rows: Any, given: dict[str, str]) -> None:
    hold(shop, "wang", ("administrator", "nanjing", ""))
    before = list(rows.objects.order_by("pk").values())
    assert browser(shop, "wang").post(reverse(path), given).status_code == 403
    assert list(rows.objects.order_by("pk").values()) == before


def test_what_is_the_companys_is_not_carried_by_a_grant_of_a_place(shop: Shop) -> None:
    small = hold(shop, "wang", ("administrator", "nanjing", ""))
    assert small.permissions & COMPANY_WIDE == set()
    assert small.permissions >= ROLES["administrator"] - COMPANY_WIDE
    assert hold(shop, "wang", ("administrator", "nanjing", ""), ("administrator", "", "")).may("settings:write")


def test_a_risk_is_kept_by_who_looks_after_its_store(shop: Shop) -> None:
    here, there = (shop.cast.stores[code].id for code in ("nanjing", "web"))
    small = hold(shop, "zhou", ("process_manager", "nanjing", ""))

    def risk(store_id: UUID | None) -> NewRisk:
        owner = shop.cast.people["zhao"].pk
        return NewRisk(
            title="付款失败", signal="很多人付不了款", flow="inquiry", kind="inquiry", store_id=store_id, owner_id=owner
        )

    own = save_risk(risk(here), viewer=small, at=shop.now)
    everybodys = save_risk(risk(None), viewer=shop.viewer("admin"), at=shop.now)
    for wanted, risk_id in (
        (risk(there), None),
        (risk(None), None),
        (risk(there), own.id),
        (risk(here), everybodys.id),
    ):
        with pytest.raises(NotInCharge):
            save_risk(wanted, viewer=small, at=shop.now, risk_id=risk_id)
    with pytest.raises(NotInCharge):
        retire_risk(risk_id=everybodys.id, viewer=small, at=shop.now)
    assert retire_risk(risk_id=own.id, viewer=small, at=shop.now).retired_at == shop.now


def test_an_incident_is_steered_where_the_role_holds(shop: Shop) -> None:
    of_store = hold(shop, "zhao", ("team_lead", "nanjing", ""), ("analyst", "", ""))
    of_team = hold(shop, "sun", ("team_lead", "", "after_sales"))
    here, there = shop.cast.stores["nanjing"], shop.cast.stores["web"]
    found = [is_in_charge(Incident(store=store), of_store) for store in (here, there, None)]
    assert found == [True, False, False]
    assert all(is_in_charge(Incident(store=store), of_team) for store in (here, there, None))


def test_bends_ask_the_roles_that_hold_for_the_case(shop: Shop) -> None:
    case = Case(store=shop.cast.stores["web"], team=shop.cast.teams["reception"])
    both = hold(shop, "zhao", ("team_lead", "nanjing", ""), ("agent", "", "reception"))
    assert roles_in(case, both) == ["agent"]


def test_handbooks_are_made_by_who_writes_flows_for_the_team(shop: Shop) -> None:
    team, other = shop.cast.teams["reception"], shop.cast.teams["after_sales"]
    of_team = hold(shop, "zhou", ("process_manager", "", "reception"))
    of_store = hold(shop, "zhao", ("process_manager", "nanjing", ""), ("analyst", "", ""))
    assert [may_make(of_team, one) for one in (team, other)] == [True, False]
    assert not may_make(of_store, team)
    other.store = shop.cast.stores["nanjing"]
    assert may_make(of_store, other)


def test_administrators_of_another_store_are_told_nothing_of_this_one(shop: Shop) -> None:
    hold(shop, "wang", ("administrator", "nanjing", ""))
    wang, head = shop.cast.people["wang"].pk, shop.cast.people["admin"].pk
    assert administrators(shop.cast.stores["web"].id) == {head}
    assert administrators(shop.cast.stores["nanjing"].id) == {head, wang}
    assert administrators() == {head}


def test_a_team_in_a_store_reads_its_stores_incidents_and_the_companys(shop: Shop) -> None:
    admin, stores = shop.viewer("admin"), shop.cast.stores
    own, other, everybodys = [
        open_incident(Description("停电", store_id=store_id), viewer=admin, at=shop.now)
        for store_id in (stores["nanjing"].id, stores["web"].id, None)
    ]
    lead = hold(shop, "zhao", ("team_lead", "nanjing", "reception"))
    assert {one.incident.id for one in in_reach(lead, most=9)} == {own.id, everybodys.id}
    assert other.id in {one.incident.id for one in in_reach(hold(shop, "sun", ("team_lead", "", "reception")), most=9)}


def test_whoever_leads_one_team_and_only_looks_at_another_is_offered_no_change_there(shop: Shop) -> None:
    both = hold(shop, "zhao", ("team_lead", "", "reception"), ("analyst", "", "after_sales"))
    there = both.within("routing:write")
    found = [leads(there, shop.cast.teams[code].id) for code in ("reception", "after_sales")]
    assert (both.may("routing:write"), found) == (True, [True, False])
