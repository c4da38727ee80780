"""Solved at first contact, and who comes again: recounted from the event log by another way."""

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import UUID

import pytest

from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.models import Case, CaseLink
from zhoudao.rooms.cases.queries import board
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.customers.commands.joining import merge_customers
from zhoudao.rooms.customers.models import Customer

pytestmark = pytest.mark.django_db(transaction=True)
ASKED = Asked(TUESDAY - timedelta(days=1), TUESDAY + timedelta(days=30))
DAYS = timedelta(hours=72)


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def solved(shop: Shop, text: str, *, who: str, cause: str = "product", hours: float = 0) -> Case:
    """A case that was asked, solved and closed; the shop's clock stands `hours` later."""
    case = shop.hears(text, who=who)
    close_case(case_id=case.id, outcome="solved", cause=cause, viewer=shop.viewer("admin"), at=shop.later(minutes=10))
    dispatch.drain()
    shop.later(hours=hours)
    return Case.objects.get(id=case.id)


class Log:
    """What the event log and the customers say, in plain Python; no query of ours."""

    def __init__(self) -> None:
        self.opened: dict[UUID, Event] = {}
        self.ends: dict[UUID, Event] = {}
        self.back: dict[UUID, datetime] = {}
        self.again: set[UUID] = set()
        roots = {one.id: one.merged_into_id for one in Customer.objects.all()}
        self.person: dict[UUID, UUID] = {}
        for event in Event.objects.filter(primary_type="case").order_by("occurred_at", "seq"):
            if event.type == "cases.CaseOpened":
                self.opened[event.primary_id] = event
                customer = next(UUID(id_) for type_, id_, _ in event.parties if type_ == "customer")
                while roots[customer]:
                    customer = roots[customer]  # type: ignore[assignment]  # looked at in the line above
                self.person[event.primary_id] = customer
            elif event.type == "cases.CaseResolved":
                self.ends[event.primary_id] = event
            elif event.type == "cases.CaseReopened":
                before = self.ends.pop(event.primary_id)
                self.again.add(event.primary_id)
                if event.attributes["why"] == "customer_wrote" and event.occurred_at - before.occurred_at <= DAYS:
                    self.back[event.primary_id] = event.occurred_at

    def alike(self, earlier: UUID, later: UUID) -> bool:
        """The same kind, and the same cause once both are known."""
        kinds = {self.opened[one].attributes["kind"] for one in (earlier, later)}
        known = {self.ends[one].attributes["cause"] for one in (earlier, later) if one in self.ends}
        return len(kinds) == 1 and len(known) == 1

    def followed(self) -> set[tuple[UUID, UUID]]:
        """(earlier, later) where somebody came again on the same matter."""
        return {
            (earlier, later)
            for earlier, end in self.ends.items()
            for later, start in self.opened.items()
            if earlier != later
            and self.person[earlier] == self.person[later]
            and timedelta(0) < start.occurred_at - end.occurred_at <= DAYS
            and self.alike(earlier, later)
        }

    def once(self) -> set[UUID]:
        return set(self.ends) - self.again - {earlier for earlier, _later in self.followed()}

    def repeats(self) -> set[UUID]:
        return set(self.back) | {later for _earlier, later in self.followed()}


def behind(shop: Shop, figure: str) -> set[UUID]:
    return set(board.behind(shop.viewer("admin"), ASKED, figure, at=shop.now).values_list("id", flat=True))


def agrees(shop: Shop) -> Log:
    """This will hold figure, list and log together."""
    past, log = board.period(shop.viewer("admin"), ASKED), Log()
    once, repeats = behind(shop, figures.FIRST_CONTACT.code), behind(shop, figures.REPEATS.code)
    assert (once, repeats) == (log.once(), log.repeats())
    assert (past.at_first_contact, past.resolved) == (len(once), len(log.ends))
    assert (past.repeats, past.contacts) == (len(repeats), len(log.opened))
    return log


def test_a_busy_week_is_as_the_log_says(shop: Shop) -> None:
    solved(shop, "桌子什么时候到？", who="anna", hours=1)
    solved(shop, "桌子到底什么时候到？", who="anna", hours=80)
    solved(shop, "桌子到了，谢谢，还想问椅子", who="anna", hours=1)
    solved(shop, "发票怎么开？", who="ben", cause="billing", hours=2)
    solved(shop, "发票抬头错了，怎么改？", who="ben", cause="information", hours=2)
    last = shop.hears("你们几点开门？", who="carl")
    resolve_case(case_id=last.id, outcome="answered", cause="other", viewer=shop.viewer("admin"), at=shop.now)
    shop.later(hours=3)
    shop.hears("还是没有解决", who="carl", conversation_id=last.conversation_id)

    log = agrees(shop)
    assert (len(log.once()), len(log.repeats())) == (4, 2)


@pytest.mark.parametrize(("hours", "repeats"), [(71.9, 1), (72.1, 0)])
def test_three_days_are_the_limit(shop: Shop, hours: float, repeats: int) -> None:
    solved(shop, "桌子什么时候到？", who="anna", hours=hours)
    shop.hears("桌子呢？", who="anna")

    assert len(agrees(shop).repeats()) == repeats


def test_records_joined_since_are_one_person(shop: Shop) -> None:
    first = solved(shop, "桌子什么时候到？", who="phone", hours=1)
    second = shop.hears("桌子呢？", who="tablet")
    assert agrees(shop).repeats() == set()
    merge_customers(survivor_id=first.customer_id, loser_id=second.customer_id, at=shop.now, by=By("user:test"))

    assert agrees(shop).repeats() == {second.id}


def _by_link(first: Case, second: Case) -> None:
    CaseLink.objects.create(source=second, target=first, kind="related")


def _by_order(first: Case, second: Case) -> None:
    for case in (first, second):
        assert case.conversation is not None
        case.conversation.order_number = "O1001"
        case.conversation.save()


@pytest.mark.parametrize("tie", [_by_link, _by_order])
def test_another_kind_is_the_same_matter_where_it_is_tied(shop: Shop, tie: Callable[[Case, Case], None]) -> None:
    first = solved(shop, "桌子什么时候到？", who="anna", hours=1)
    second = shop.hears("我要投诉！太慢了", who="anna")
    assert second.kind == "complaint"
    assert behind(shop, figures.REPEATS.code) == set()
    tie(first, second)

    assert behind(shop, figures.REPEATS.code) == {second.id}
    assert behind(shop, figures.FIRST_CONTACT.code) == set()


def test_a_colleague_who_opens_a_case_again_is_no_customer_who_came_back(shop: Shop) -> None:
    from zhoudao.rooms.cases.commands.closing import reopen_case

    case = solved(shop, "桌子什么时候到？", who="anna", hours=1)
    reopen_case(case_id=case.id, viewer=shop.viewer("admin"), at=shop.now)
    resolve_case(case_id=case.id, outcome="solved", cause="product", viewer=shop.viewer("admin"), at=shop.now)

    log = agrees(shop)
    assert (log.once(), log.repeats()) == (set(), set())
