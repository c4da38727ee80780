"""The wall display: what it shows is what the lists behind it hold."""

import re
from datetime import timedelta

import pytest
from django.test import Client

from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.queries.crew import crew
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.staff.models import Member
from zhoudao.rooms.tallies.commands import rebuild

pytestmark = pytest.mark.django_db(transaction=True)
BACKEND = "zhoudao.ground.accounts.backends.WithGrants"


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    shop.now = clock.now() - timedelta(minutes=50)
    list(rebuild(at=shop.now, zone=clock.zone().key))
    for number in range(4):
        shop.hears("桌子什么时候到？", who=f"visitor-{number}")
    last = shop.hears("发票怎么开？", who="visitor-9")
    resolve_case(case_id=last.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)
    return shop


def sign_in(shop: Shop, name: str) -> Client:
    client = Client()
    client.force_login(shop.cast.people[name], backend=BACKEND)
    return client


def test_every_figure_of_now_is_as_long_as_the_list_it_opens(shop: Shop) -> None:
    client = sign_in(shop, "admin")
    page = client.get("/board/wall/")

    assert page.status_code == 200
    counted = {tile.metric.code: tile for tile in page.context["tiles"]}
    for code in ("cases.waiting", "cases.promises_at_risk", "cases.promises_overdue"):
        behind = client.get(counted[code].address)
        assert int(counted[code].figure) == len(behind.context["rows"])
        assert str(counted[code].metric.definition)
    [queue] = page.context["queues"]
    assert queue.waiting == len(client.get(queue.address).context["rows"]) == 4
    assert queue.longest >= timedelta(minutes=50)
    assert queue.level == "soon"


def test_a_renewal_is_only_the_inside_and_dark_unless_light_is_asked_for(shop: Shop) -> None:
    client = sign_in(shop, "admin")
    assert "<html" not in client.get("/board/wall/", headers={"HX-Request": "true"}).content.decode()
    assert 'data-theme="dark"' in client.get("/board/wall/").content.decode()
    assert 'data-theme="light"' in client.get("/board/wall/?theme=light").content.decode()


def test_teams_in_turn_are_those_one_may_see(shop: Shop) -> None:
    everything = sign_in(shop, "admin").get("/board/wall/?turn=team").context["stops"]
    own = sign_in(shop, "zhao").get("/board/wall/?turn=team&every=10")
    assert len(everything) == 1 + len(shop.cast.teams)
    assert len(own.context["stops"]) == 2
    assert own.context["seconds"] == 10
    assert sign_in(shop, "zhao").get(own.context["stops"][1]).context["where"] == str(shop.cast.teams["reception"])


@pytest.mark.parametrize(
    "query", ["turn=<script>", "every=0.001", "every=99999999999", "team=x", "turn=store&theme=pink"]
)
def test_nonsense_in_the_address_is_left_out(shop: Shop, query: str) -> None:
    page = sign_in(shop, "admin").get(f"/board/wall/?{query}")
    assert page.status_code == 200
    assert page.context["seconds"] == 20
    assert not re.search("<script>(?!$)", page.context["where"])


def test_the_page_itself_lengthens_the_session_and_changes_nothing_else(shop: Shop) -> None:
    client = sign_in(shop, "admin")
    before = client.session.get_expiry_date()
    client.get("/board/wall/")
    assert client.session["wall_shown"]
    assert client.session.get_expiry_date() >= before
    assert client.post("/board/wall/").status_code == 405


def test_people_are_shown_with_what_they_have_in_hand(shop: Shop) -> None:
    Member.objects.filter(user=shop.cast.people["wang"]).update(is_available=False, calendar=None)
    Member.objects.filter(user=shop.cast.people["li"]).update(capacity=1, calendar=None)
    found = {one.name: one for one in crew(shop.viewer("zhao"), at=shop.now)}
    assert set(found) == {"王芳", "李强", "赵敏"}
    assert found["王芳"].state == "away"
    load = shop.cast.people["li"].cases.filter(status__in=["new", "open"]).count()
    assert (found["李强"].load, found["李强"].state) == (load, "full" if load else "free")
    assert [one.name for one in crew(shop.viewer("admin"), team_id=shop.cast.teams["after_sales"].id, at=shop.now)] == [
        "孙丽"
    ]


def test_who_may_not_see_figures_is_refused(shop: Shop) -> None:
    shop.cast.people["wang"].grants.update(role="warehouse_worker")
    assert sign_in(shop, "wang").get("/board/wall/").status_code == 403
