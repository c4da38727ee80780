"""Stores and teams are closed once nothing needs them, take nothing new then, and are opened again as they were."""

import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from zhoudao.conduct.flows.commands.deploying import deploy_flow
from zhoudao.conduct.flows.models import PilotStore, Run, Task
from zhoudao.conduct.flows.refusals import FlowRefusal
from zhoudao.engines.bpmn.tests.models import bpmn
from zhoudao.ground.accounts.closing import PlaceNeeded, close_store, close_team
from zhoudao.ground.accounts.models import Store, Team
from zhoudao.ground.accounts.tokens import create_token
from zhoudao.ground.decisions.models import DecisionVersion
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.bookings.models import Booking, Offer
from zhoudao.rooms.bookings.queries.slots import offers_in
from zhoudao.rooms.bookings.tests.salon import plain_booking
from zhoudao.rooms.bookings.told import Told
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.refusals import TeamIsClosed
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.refusals import StoreUnknown
from zhoudao.rooms.entrances.models import AppKey
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.refusals import IncidentUnsound
from zhoudao.rooms.orders.tests.bazaar import placed
from zhoudao.rooms.stock.models import Warehouse
from zhoudao.rooms.teamwork.errands import ask_team
from zhoudao.rooms.teamwork.models import Errand, Macro
from zhoudao.rooms.teamwork.refusals import TeamGone
from zhoudao.rooms.visits.commands.taking import Asked, take_number
from zhoudao.rooms.visits.models import Line, Need
from zhoudao.rooms.visits.queries.line import line_of
from zhoudao.rooms.visits.refusals import LineUnknown

pytestmark = pytest.mark.django_db(transaction=True)
BY = By("user:admin")
SETTINGS = "/desk/settings/"


@pytest.fixture
def shop() -> Shop:
    return open_shop()


@pytest.fixture
def admin(shop: Shop) -> Client:
    client = Client()
    client.force_login(shop.cast.people["admin"], backend="zhoudao.ground.accounts.backends.WithGrants")
    return client


@pytest.fixture
def team(shop: Shop) -> Team:
    """One that nothing needs yet."""
    return Team.objects.create(code="fitters", names={"zh-Hans": "安装队"}, store=None)


def nanjing(shop: Shop) -> Store:
    return shop.cast.stores["nanjing"]


def case_there(shop: Shop) -> None:
    case = shop.hears("桌子")
    Case.objects.filter(id=case.id).update(
        store=nanjing(shop), status=Status.RESOLVED, outcome="solved", cause="product"
    )


def queue_there(shop: Shop) -> None:
    line = Line.objects.create(store=nanjing(shop))
    need = Need.objects.create(store=line.store, names={"en": "Repair"}, letter="A", kind="after_sales")
    take_number(Asked(line.store_id, need.id, uuid4()), at=shop.now)


STORE_NEEDS: dict[str, Callable[[Shop], Any]] = {
    "teams": lambda shop: Team.objects.create(code="own", store=nanjing(shop)),
    "tokens": lambda shop: create_token(name="Till", scopes=["cases:read"], store=nanjing(shop)),
    "channels": lambda shop: Channel.objects.create(code="door", kind="counter", store=nanjing(shop)),
    "cases": case_there,
    "visits": queue_there,
    "orders": lambda shop: placed(store="nanjing", at=shop.now),
    "bookings": lambda shop: plain_booking(nanjing(shop), Told("王"), at=shop.now),
    "stock": lambda shop: Warehouse.objects.create(code="shelf", kind="store", store=nanjing(shop)),
    "incidents": lambda shop: open_incident(
        Description("停电", store_id=nanjing(shop).id), viewer=shop.viewer("admin"), at=shop.now
    ),
    "app_keys": lambda shop: AppKey.objects.create(name="App", store=nanjing(shop), made_at=shop.now),
    "pilots": lambda shop: PilotStore.objects.create(
        key="x", store=nanjing(shop), version=deploy_flow(source=bpmn("start s\nend e\ns -> e"), by=BY, at=shop.now)
    ),
}


@pytest.mark.parametrize("what", STORE_NEEDS)
def test_a_store_that_something_needs_stays_open_and_that_is_named(shop: Shop, admin: Client, what: str) -> None:
    STORE_NEEDS[what](shop)
    answer = admin.post(f"{SETTINGS}stores/{nanjing(shop).id}/close/")
    assert answer.status_code == 409
    assert [one.code for one, _address in answer.context["held"]] == [what]
    assert all(one.names for one, _address in answer.context["held"])
    assert all(admin.get(address).status_code in (200, 302) for _one, address in answer.context["held"])
    assert Store.objects.get(code="nanjing").closed_at is None
    assert not Event.objects.filter(type="accounts.StoreClosed").exists()


def step_of(shop: Shop, team: Team) -> None:
    case = shop.hears("桌子")
    version = deploy_flow(source=bpmn("start s\nuser a\nend e\ns -> a -> e"), by=BY, at=shop.now)
    walked = {"object_type": "case", "object_id": case.id}
    run = Run.objects.create(version=version, marking=b"", started_at=shop.now, **walked)
    Task.objects.create(run=run, token=1, element="a", name="a", team=team, opened_at=shop.now, **walked)


def table_of(shop: Shop, team: Team) -> None:
    live = DecisionVersion.objects.get(key="cases.routing", is_live=True)
    live.content["rules"][0]["overflow_team"] = f"'{team.code}'"
    live.save()


def case_of(shop: Shop, team: Team) -> None:
    assign_case(
        case_id=shop.hears("桌子").id, team_id=team.id, viewer=shop.viewer("admin"), at=shop.now, reason="wrong_place"
    )


TEAM_NEEDS: dict[str, Callable[[Shop, Team], Any]] = {
    "cases": case_of,
    "errands": lambda shop, team: ask_team(
        case_id=shop.hears("桌子").id,
        team_id=team.id,
        question="?",
        minutes=60,
        viewer=shop.viewer("zhao"),
        at=shop.now,
    ),
    "macros": lambda shop, team: Macro.objects.create(
        title="去安装", steps={"team": str(team.id)}, changed_at=shop.now
    ),
    "tables": table_of,
    "tasks": step_of,
    "flows": lambda shop, team: deploy_flow(
        source=bpmn("start s\nuser a team=fitters\nend e\ns -> a -> e"), by=BY, at=shop.now
    ),
}


@pytest.mark.parametrize("what", TEAM_NEEDS)
def test_a_team_that_something_needs_stays_open_and_that_is_named(
    shop: Shop, admin: Client, team: Team, what: str
) -> None:
    TEAM_NEEDS[what](shop, team)
    answer = admin.post(f"{SETTINGS}teams/{team.id}/close/")
    assert answer.status_code == 409
    assert [one.code for one, _address in answer.context["held"]] == [what]
    assert all(admin.get(address).status_code in (200, 302) for _one, address in answer.context["held"])
    assert Team.objects.get(code="fitters").closed_at is None


def test_teams_that_are_spoken_of_by_name_and_the_last_store_stay(shop: Shop) -> None:
    for code in ("reception", "rapid_reaction"):
        with pytest.raises(PlaceNeeded):
            close_team(team_id=shop.cast.teams[code].id, by=BY, at=shop.now)
    close_store(store_id=nanjing(shop).id, by=BY, at=shop.now)
    Channel.objects.update(is_active=False)
    with pytest.raises(PlaceNeeded) as refused:
        close_store(store_id=shop.cast.stores["web"].id, by=BY, at=shop.now)
    assert [one.code for one in refused.value.held] == ["last_store"]


def closed_store(shop: Shop, admin: Client) -> Store:
    Line.objects.create(store=nanjing(shop))
    service = plain_booking(nanjing(shop), Told("王"), at=shop.now).service
    Booking.objects.update(state="done")
    Offer.objects.get_or_create(service=service, store=nanjing(shop))
    assert offers_in(nanjing(shop).id)
    assert "关闭" in admin.get(f"{SETTINGS}stores/{nanjing(shop).id}/close/").content.decode()
    assert admin.post(f"{SETTINGS}stores/{nanjing(shop).id}/close/").status_code == 302
    return Store.objects.get(code="nanjing")


def test_a_closed_store_takes_nothing_new_and_opened_again_is_as_it_was(shop: Shop, admin: Client) -> None:
    store = closed_store(shop, admin)
    assert Event.objects.filter(type="accounts.StoreClosed", primary_id=store.id).count() == 1
    admin.post(f"{SETTINGS}stores/{store.id}/close/")
    assert Event.objects.filter(type="accounts.StoreClosed").count() == 1, "again changes nothing"
    inbound = Inbound("webchat", "m-x", [Claim("visitor", "v", scope="webchat")], text="hi", store="nanjing")
    with pytest.raises(StoreUnknown):
        receive_message(inbound=inbound, at=shop.now)
    with pytest.raises(LineUnknown):
        take_number(Asked(store.id, uuid4(), uuid4()), at=shop.now)
    with pytest.raises(IncidentUnsound):
        open_incident(Description("停电", store_id=store.id), viewer=shop.viewer("admin"), at=shop.now)
    assert (line_of("nanjing"), offers_in(store.id)) == (None, [])
    for page, value in (
        ("tokens/", str(store.id)),
        ("teams/new/", str(store.id)),
        ("channels/new/counter/", str(store.id)),
    ):
        assert f'value="{value}"' not in admin.get(f"{SETTINGS}{page}").content.decode(), page
    assert "（已关闭）" in admin.get(f"{SETTINGS}stores/").content.decode()
    assert admin.get(f"{SETTINGS}stores/{store.id}/").status_code == 200
    assert admin.post(f"{SETTINGS}stores/{store.id}/open/").status_code == 302
    assert line_of("nanjing") is not None
    assert len(offers_in(store.id)) == 1
    assert Event.objects.filter(type="accounts.StoreReopened", primary_id=store.id).count() == 1


def test_a_closed_team_is_given_nothing_and_is_not_opened_before_its_store(
    shop: Shop, admin: Client, team: Team
) -> None:
    Team.objects.filter(id=team.id).update(store=nanjing(shop))
    close_team(team_id=team.id, by=BY, at=shop.now)
    close_store(store_id=nanjing(shop).id, by=BY, at=shop.now)
    with pytest.raises(TeamIsClosed):
        case_of(shop, team)
    case, viewer = shop.hears("桌子", who="v-2"), shop.viewer("zhao")
    with pytest.raises(TeamGone):
        ask_team(case_id=case.id, team_id=team.id, question="?", minutes=60, viewer=viewer, at=shop.now)
    with pytest.raises(FlowRefusal):
        TEAM_NEEDS["flows"](shop, team)
    admin.post(f"{SETTINGS}teams/{team.id}/open/")
    assert Team.objects.get(id=team.id).closed_at is not None, "its store is closed"
    admin.post(f"{SETTINGS}stores/{nanjing(shop).id}/open/")
    admin.post(f"{SETTINGS}teams/{team.id}/open/")
    assert Team.objects.get(id=team.id).closed_at is None
    assert ask_team(case_id=case.id, team_id=team.id, question="?", minutes=60, viewer=viewer, at=shop.now)


@pytest.mark.parametrize("first", ["asking", "closing"])
def test_what_is_put_there_while_it_is_closed_is_seen_or_refused(shop: Shop, team: Team, first: str) -> None:
    """Of two at once the later waits for the earlier and then knows of it."""
    case, viewer, at = shop.hears("桌子"), shop.viewer("zhao"), shop.now
    acts: dict[str, Callable[[], object]] = {
        "asking": lambda: ask_team(case_id=case.id, team_id=team.id, question="?", minutes=60, viewer=viewer, at=at),
        "closing": lambda: close_team(team_id=team.id, by=BY, at=at),
    }
    second = next(name for name in acts if name != first)
    found: list[type] = []

    def later() -> None:
        try:
            acts[second]()
        except (PlaceNeeded, TeamGone) as refusal:
            found.append(type(refusal))
        finally:
            connection.close()

    thread = threading.Thread(target=later)
    with transaction.atomic():
        acts[first]()
        thread.start()
        thread.join(timeout=0.5)
        assert thread.is_alive(), "it waits"
    thread.join(timeout=10)
    assert found == [PlaceNeeded if first == "asking" else TeamGone]
    is_closed = Team.objects.get(id=team.id).closed_at is not None
    assert (is_closed, Errand.objects.count()) == ((False, 1) if first == "asking" else (True, 0))


def test_only_who_settles_for_the_whole_company_closes_any(shop: Shop, team: Team) -> None:
    for name in ("wang", "zhao", "zhou"):
        client = Client()
        client.force_login(shop.cast.people[name], backend="zhoudao.ground.accounts.backends.WithGrants")
        for place in (f"stores/{nanjing(shop).id}", f"teams/{team.id}"):
            assert client.post(f"{SETTINGS}{place}/close/").status_code == 403
            assert client.post(f"{SETTINGS}{place}/open/").status_code == 403


def test_what_there_is_not_is_not_there(admin: Client) -> None:
    for place in ("stores", "teams"):
        assert admin.post(f"{SETTINGS}{place}/{UUID(int=7)}/close/").status_code == 404
        assert admin.post(f"{SETTINGS}{place}/{UUID(int=7)}/open/").status_code == 404
