"""Two at once: nobody is given more than fits, no case is given twice, and nobody waits for the other for ever."""

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from django.db import connection, connections, transaction

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases.commands.contact import customer_wrote
from zhoudao.rooms.cases.commands.queueing import fill_queue
from zhoudao.rooms.cases.commands.taking import take_next
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.routing import replayed
from zhoudao.rooms.cases.refusals import AtCapacity
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.staff.commands import join_team, set_pushing
from zhoudao.rooms.staff.models import Member

pytestmark = pytest.mark.django_db(transaction=True)
LEAD = By("user:lead")


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def together(*work: Callable[[], object]) -> None:
    """This will do all this at the same time, and tell what went wrong."""
    troubles: list[BaseException] = []
    gate = threading.Barrier(len(work))

    def run(each: Callable[[], object]) -> None:
        try:
            gate.wait()
            each()
        except BaseException as trouble:
            troubles.append(trouble)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(each,)) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    assert troubles == []


def written(shop: Shop, number: int, text: str) -> Callable[[], object]:
    claims = [Claim("visitor", f"v-{number}", scope="webchat")]
    said = Inbound(channel="webchat", external_id=f"m-{number}", claims=claims, text=text)
    received = receive_message(inbound=said, at=shop.now)

    def open_it() -> None:
        with transaction.atomic():
            customer_wrote(message_id=received.message_id, at=shop.now)

    return open_it


def test_people_of_two_teams_are_never_given_more_than_their_capacity(shop: Shop) -> None:
    for name in ("wang", "li", "zhao", "sun"):
        for team in ("reception", "customer_relations"):
            join_team(user_id=shop.cast.people[name].pk, team=shop.cast.teams[team], by=LEAD, at=shop.now)
    Member.objects.update(capacity=3)
    texts = ["请问桌子什么时候到？", "我要投诉，服务太差"]
    work = [written(shop, number, texts[number % 2]) for number in range(16)]
    for first in range(0, 16, 4):
        together(*work[first : first + 4])
    loads: Counter[object] = Counter()
    for owner, points in Case.objects.filter(owner__isnull=False).values_list("owner_id", "points"):
        loads[owner] += points
    assert {Case.objects.filter(team__code=code).exists() for code in ("reception", "customer_relations")} == {True}
    assert max(loads.values()) == 3
    assert len(loads) == 4
    assert all(one.is_same for one in replayed(Event.objects.filter(type="cases.CaseRouted")))


def test_a_line_that_is_filled_from_two_sides_gives_every_case_once(shop: Shop) -> None:
    Member.objects.update(is_available=False)
    for number in range(8):
        shop.hears("请问桌子什么时候到？", who=f"v-{number}")
    Member.objects.update(is_available=True, capacity=2)
    team = shop.cast.teams["reception"].id
    together(*[lambda: fill_queue(team, at=shop.now)] * 3)
    given = Event.objects.filter(type="cases.CaseAssigned").values_list("primary_id", flat=True)
    assert len(given) == len(set(given)) == 6
    assert Case.objects.filter(owner=None).count() == 2


def test_two_who_ask_for_the_next_case_get_two(shop: Shop) -> None:
    set_pushing(team=shop.cast.teams["reception"], pushes=False, by=LEAD, at=shop.now)
    for number in range(4):
        shop.hears("请问桌子什么时候到？", who=f"v-{number}")
    got: list[Case | None] = []

    def ask(name: str) -> Callable[[], object]:
        viewer = shop.viewer(name)
        return lambda: got.append(take_next(viewer=viewer, at=shop.now))

    together(ask("wang"), ask("li"), ask("zhao"), ask("wang"))
    assert len({case.id for case in got if case}) == 4
    Member.objects.filter(user=shop.cast.people["wang"]).update(capacity=1)
    with pytest.raises(AtCapacity):
        take_next(viewer=shop.viewer("wang"), at=shop.now)


def test_a_case_somebody_holds_is_passed_over_and_found_the_next_time(shop: Shop) -> None:
    Member.objects.update(is_available=False)
    cases = [shop.hears("请问桌子什么时候到？", who=f"v-{number}") for number in range(2)]
    Member.objects.update(is_available=True)
    team, held, done = shop.cast.teams["reception"].id, threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Case.objects.select_for_update().get(id=cases[0].id)
            held.set()
            done.wait(30)
        connection.close()

    holder = threading.Thread(target=hold)
    holder.start()
    held.wait(30)
    assert fill_queue(team, at=shop.now) == 1, "it does not wait for whoever holds the first"
    done.set()
    holder.join()
    assert fill_queue(team, at=shop.now) == 1
    dispatch.drain()
    assert not Case.objects.filter(owner=None).exists()
