"""The tallies say what a recount of all cases says, at every moment and for everybody."""

from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from random import Random
from statistics import quantiles
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.recording import By
from zhoudao.rooms.cases import figures
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.closing import close_case, reopen_case, resolve_case
from zhoudao.rooms.cases.commands.feeling import correct_mood
from zhoudao.rooms.cases.commands.hearing import hear_customers
from zhoudao.rooms.cases.commands.merging import merge_cases, undo_merge
from zhoudao.rooms.cases.commands.promising import check_promise
from zhoudao.rooms.cases.commands.replying import reply_to_case
from zhoudao.rooms.cases.models import ACTIVE, WORKING, Case, Promise, Status
from zhoudao.rooms.cases.queries import board, resolving
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.tests.listening import listen
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop, open_shop
from zhoudao.rooms.conversations.models import Message
from zhoudao.rooms.customers.commands.joining import merge_customers, unmerge_customer
from zhoudao.rooms.customers.models import Customer
from zhoudao.rooms.tallies.channels import Served, recounted, served
from zhoudao.rooms.tallies.commands import count_again, differences, rebuild, sweep
from zhoudao.rooms.tallies.models import Count, Tally
from zhoudao.rooms.tallies.queries import Board, read_board
from zhoudao.rooms.tallies.reading import Reader
from zhoudao.rooms.tallies.resolving import settled
from zhoudao.rooms.tallies.shares import bucket_of, minutes_of
from zhoudao.rooms.voice.board import satisfaction
from zhoudao.rooms.voice.commands import rate_case

pytestmark = pytest.mark.django_db(transaction=True)
ZONE = ZoneInfo("Asia/Shanghai")
MIDNIGHT = TUESDAY - timedelta(hours=10)
WEEK = Asked(MIDNIGHT - timedelta(days=1), MIDNIGHT + timedelta(days=6))


@pytest.fixture
def shop() -> Shop:
    shop = open_shop()
    list(rebuild(at=shop.now, zone=ZONE.key))
    return shop


class Week:
    """Things that happen in a shop, chosen by chance."""

    def __init__(self, shop: Shop, seed: int) -> None:
        self.shop, self.rng = shop, Random(seed)  # which things happen, not a secret
        self.viewer = shop.viewer("admin")

    def happens(self) -> None:
        """This will do one thing, a while later."""
        self.shop.later(minutes=self.rng.randrange(1, 400))
        what = self.rng.choice([self._asks, self._asks, self._answers, self._solves, self._solves, self._other])
        what()
        dispatch.drain()
        if self.rng.random() < 0.6:
            self._hears()

    def _asks(self) -> None:
        text = self.rng.choice(["桌子什么时候到？", "我要投诉，太差劲了！", "发票怎么开？", "谢谢，很满意", "好的"])
        self.shop.hears(text, who=f"visitor-{self.rng.randrange(4)}")
        Customer.objects.update(grade=self.rng.choice(["", "A", "C"]))  # of the next case

    def _answers(self) -> None:
        if case := self._one(Status.NEW, Status.OPEN, Status.WAITING):
            expects = self.rng.random() < 0.5
            now = self.shop.now
            reply_to_case(
                case_id=case.id, text="您好", viewer=self.viewer, at=now, real_now=now, expects_answer=expects
            )

    def _solves(self) -> None:
        if case := self._one(Status.NEW, Status.OPEN, Status.WAITING):
            cause, now = self.rng.choice(["product", "logistics"]), self.shop.now
            resolve_case(case_id=case.id, outcome="solved", cause=cause, viewer=self.viewer, at=now)
            if self.rng.random() < 0.5:
                close_case(case_id=case.id, viewer=self.viewer, at=now)
            if self.rng.random() < 0.5:
                rate_case(case_id=case.id, score=self.rng.randrange(1, 6), comment="", at=self.shop.now)

    def _other(self) -> None:
        self.rng.choice(
            [self._reopens, self._moves, self._merges, self._unmerges, self._joins, self._parts, self._corrects]
        )()
        for promise in Promise.objects.filter(ended_at=None, due_at__lte=self.shop.now):
            check_promise(promise.id, at=self.shop.now)

    def _hears(self) -> None:
        with transaction.atomic():
            count_again(hear_customers(), at=self.shop.now, zone=ZONE.key)

    def _corrects(self) -> None:
        rows = list(Message.objects.filter(direction="in", conversation__case__status__in=WORKING).order_by("id"))
        if rows:
            message = self.rng.choice(rows)
            word = self.rng.choice(["upset", "calm", "pleased"])
            case = Case.objects.get(conversation=message.conversation_id)
            correct_mood(case_id=case.id, message_id=message.id, word=word, viewer=self.viewer, at=self.shop.now)

    def _reopens(self) -> None:
        if case := self._one(Status.RESOLVED, Status.CLOSED):
            reopen_case(case_id=case.id, viewer=self.viewer, at=self.shop.now)

    def _moves(self) -> None:
        if case := self._one(Status.NEW, Status.OPEN):
            team = self.shop.cast.teams["after_sales"]
            assign_case(case_id=case.id, team_id=team.id, reason="wrong_place", viewer=self.viewer, at=self.shop.now)

    def _merges(self) -> None:
        first, second = self._one(Status.NEW, Status.OPEN), self._one(Status.NEW, Status.OPEN)
        if first and second and first != second:
            merge_cases(case_id=first.id, into_id=second.id, viewer=self.viewer, at=self.shop.now)

    def _unmerges(self) -> None:
        if case := self._one(Status.MERGED):
            undo_merge(case_id=case.id, viewer=self.viewer, at=self.shop.now)

    def _joins(self) -> None:
        people = list(Case.objects.filter(customer__merged_into=None).values_list("customer_id", flat=True).distinct())
        if len(people) > 2:
            first, second = self.rng.sample(sorted(people), 2)
            merge_customers(survivor_id=first, loser_id=second, at=self.shop.now, by=By("user:test"))

    def _parts(self) -> None:
        joined = Case.objects.exclude(customer__merged_into=None).values_list("customer_id", flat=True).first()
        if joined:
            unmerge_customer(customer_id=joined, at=self.shop.now, by=By("user:test"))

    def _one(self, *statuses: Status) -> Case | None:
        rows = list(Case.objects.filter(status__in=statuses).order_by("id"))
        return self.rng.choice(rows) if rows else None


def agrees(shop: Shop, name: str, asked: Asked = WEEK) -> Board:
    """This will hold the tallies beside a count of the cases themselves."""
    viewer = shop.viewer(name)
    Reader(viewer, asked, at=shop.now, zone=ZONE).figures()  # raises when it could not answer
    found = read_board(viewer, asked, at=shop.now, zone=ZONE, by_day=True)
    past, seen = board.period(viewer, asked), board.scope(viewer, asked)
    assert found.now == board.standing(viewer, asked, at=shop.now)
    for each in ("opened", "answered", "resolved", "at_first_contact", "contacts", "repeats"):
        assert getattr(found.period, each) == getattr(past, each), each
    assert found.kept == board.promises(viewer, asked)
    said = satisfaction(seen, start=asked.start, end=asked.end)
    assert (found.said.ratings, found.said.happy) == (said.ratings, said.happy)
    assert found.said.mean == pytest.approx(said.mean)
    days = board.volume(viewer, asked, zone=ZONE, by="day")
    assert {day: n for day, n in (found.opened_by_day or {}).items() if n} == {at.date(): n for at, n in days.items()}
    teams = {team: n for _name, team, n in board.waiting_by_team(viewer, asked, at=shop.now)}
    assert found.waiting_by_team == teams
    assert found.waits_since == board.waits_by_team(viewer, asked, at=shop.now)
    assert found.heard == board.heard(viewer, asked, zone=ZONE, by="day")
    agrees_by_channel(shop, name, asked)
    for by in ("grade", "store", "team", "channel"):
        agrees_on_what_was_settled(shop, name, asked, by)
    today = replace(asked, start=MIDNIGHT, end=MIDNIGHT + timedelta(days=1))
    hours = read_board(viewer, today, at=shop.now, zone=ZONE, by_day=False).heard
    assert hours == board.heard(viewer, today, zone=ZONE, by="hour")
    return found


def agrees_by_channel(shop: Shop, name: str, asked: Asked) -> None:
    """This will hold every channel's figures beside a count of its cases."""
    found = served(shop.viewer(name), asked, at=shop.now, zone=ZONE)
    counted = recounted(shop.viewer(name), asked)
    for code in found.keys() | counted.keys():
        one, other = found.get(code, Served()), counted.get(code, Served())
        assert one.waiting == other.waiting, code
        assert (one.first_reply is None) == (other.first_reply is None), code
        assert (one.first_reply or 0) == pytest.approx(other.first_reply or 0, rel=0.011, abs=0.001), code
        assert (one.said.ratings, one.said.happy) == (other.said.ratings, other.said.happy), code


def agrees_on_what_was_settled(shop: Shop, name: str, asked: Asked, by: str) -> None:
    """This will hold resolution and complaints beside a count of the cases; every number opens as many."""
    viewer = shop.viewer(name)
    both = settled(viewer, asked, by, at=shop.now, zone=ZONE)
    whole, rows, before = both.whole, both.rows, resolving.settled(viewer, asked.before(), by)
    assert {key: one.opened for key, one in both.rows_before.items()} == {
        key: one.opened for key, one in before.items()
    }
    counted = resolving.settled(viewer, asked, by)
    assert rows.keys() == counted.keys(), by
    pairs = [(whole, resolving.settled(viewer, asked)[""]), *((one, counted[key]) for key, one in rows.items())]
    for one, other in pairs:
        assert (one.opened, one.solved, one.complaints) == (other.opened, other.solved, other.complaints), by
        if by != "grade" or one is whole:
            assert (one.answered, one.settled) == (other.answered, other.settled), by
            assert (one.reply or 0) == pytest.approx(other.reply or 0, rel=0.011, abs=0.001), by
            assert (one.solution or 0) == pytest.approx(other.solution or 0, rel=0.011, abs=0.001), by
    for grade, one in rows.items() if by == "grade" else [("", whole)]:
        behind = {code: resolving.cases_of(viewer, asked, code, grade).count() for code in resolving.FIGURES}
        assert behind[figures.COHORT.code] == one.opened
        assert behind[figures.RESOLUTION_RATE.code] == one.solved
        assert behind[figures.UNSOLVED.code] == one.unsolved
        assert behind[figures.COMPLAINT_RATE.code] == one.complaints
    assert resolving.cases_of(viewer, asked, figures.COMPLAINT_REPLY.code).count() == whole.answered
    assert resolving.cases_of(viewer, asked, figures.COMPLAINT_RESOLUTION.code).count() == whole.settled


def moods_by_the_messages(shop: Shop) -> tuple[int, dict[date, tuple[int, int]]]:
    """Upset cases now, and (all, upset) by day, from messages and what was made of them: no case's own mood is read."""
    upset, days = 0, Counter[tuple[date, bool]]()
    for case in Case.objects.exclude(status=Status.MERGED):
        own = [case.conversation_id, *case.absorbed.values_list("conversation_id", flat=True)]
        rows = Message.objects.filter(conversation__in=own, emotion__mood__isnull=False).select_related("emotion")
        last = max(rows, key=lambda message: (message.created_at, message.id), default=None)
        if last is not None:
            is_upset = last.emotion.mood == -1
            upset += is_upset and case.status in ACTIVE
            days[last.created_at.astimezone(ZONE).date(), is_upset] += 1
    counts = {day: (days[day, True] + days[day, False], days[day, True]) for day, _ in days}
    return upset, counts


@pytest.mark.parametrize("seed", range(6))
def test_whatever_happens_the_tallies_are_a_recount_before_and_after_counting(shop: Shop, seed: int) -> None:
    week = Week(shop, seed)
    for number in range(24):
        week.happens()
        if number % 4 == 0:
            agrees(shop, "admin")
        if number % 6 == 5:
            while sweep(at=shop.now, zone=ZONE.key, most=20):
                pass
            assert differences(at=shop.now, zone=ZONE.key) == []
            agrees(shop, "admin")
    count_again(list(listen()), at=shop.now, zone=ZONE.key)
    found = agrees(shop, "admin")
    upset, by_day = moods_by_the_messages(shop)
    assert found.now.upset == upset
    assert {at.date(): (one.all, one.upset) for at, one in found.heard.items()} == by_day
    agrees(shop, "zhao")
    agrees(shop, "admin", Asked(MIDNIGHT, MIDNIGHT + timedelta(days=1)))
    agrees(shop, "admin", Asked(MIDNIGHT + timedelta(days=1), MIDNIGHT + timedelta(days=2)))
    agrees(shop, "admin", Asked(WEEK.start, WEEK.end, team_id=shop.cast.teams["after_sales"].id))
    agrees(shop, "admin", Asked(WEEK.start, WEEK.end, store_id=shop.cast.stores["web"].id, channel="webchat"))
    agrees(shop, "admin", Asked(WEEK.start, WEEK.end, channel="email"))


def test_who_sees_one_team_sees_its_figures_and_their_own_cases_elsewhere(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    assert agrees(shop, "sun").period.opened == 0
    Case.objects.filter(id=case.id).update(owner=shop.cast.people["sun"])
    assert agrees(shop, "sun").period.opened == 1
    while sweep(at=shop.now, zone=ZONE.key):
        pass
    assert agrees(shop, "sun").now.waiting == 1
    assert agrees(shop, "wang").now.waiting == 1
    Grant.objects.filter(user=shop.cast.people["zhao"]).update(team=shop.cast.teams["rapid_reaction"])
    assert agrees(shop, "zhao").now.waiting == 0


def test_what_becomes_late_by_itself_is_late_on_the_board_at_once(shop: Shop) -> None:
    shop.hears("桌子什么时候到？")
    while sweep(at=shop.now, zone=ZONE.key):
        pass
    assert agrees(shop, "admin").now.overdue == 0
    shop.later(days=2)
    assert agrees(shop, "admin").now.overdue == 1
    sweep(at=shop.now, zone=ZONE.key)
    assert differences(at=shop.now, zone=ZONE.key) == []


def test_times_are_those_of_the_cases_to_one_per_cent(shop: Shop) -> None:
    minutes = [0.3, 7, 11, 55, 130]
    for number, wait in enumerate(minutes):
        case, asked_at = shop.hears("桌子呢？", who=f"visitor-{number}"), shop.now
        Case.objects.filter(id=case.id).update(first_human_contact_at=asked_at + timedelta(minutes=wait))
    past = agrees(shop, "admin").period
    assert past.first_reply == pytest.approx(quantiles(minutes, n=2, method="inclusive")[0], rel=0.011)
    assert past.first_reply_p90 == pytest.approx(quantiles(minutes, n=10, method="inclusive")[-1], rel=0.011)


@pytest.mark.parametrize("seconds", [0, 1, 9, 60, 3_600, 86_400, 30 * 86_400])
def test_a_step_is_never_more_than_one_per_cent_away(seconds: int) -> None:
    assert minutes_of(bucket_of(seconds)) * 60 == pytest.approx(seconds, rel=0.011, abs=0.02)


def test_an_installation_counted_for_the_first_time_is_read_in_parts_and_shown_from_the_cases_until_then(
    shop: Shop,
) -> None:
    for number in range(5):
        shop.hears("桌子呢？", who=f"visitor-{number}")
    Count.objects.all().delete()
    for _ in range(2):
        sweep(at=shop.now, zone=ZONE.key, most=2)
        assert not Count.objects.get().is_whole
        found = read_board(shop.viewer("admin"), WEEK, at=shop.now, zone=ZONE, by_day=True)
        assert (found.period.opened, found.now.waiting) == (5, 5)
    while not Count.objects.get().is_whole:
        sweep(at=shop.now, zone=ZONE.key, most=2)
    assert agrees(shop, "admin").period.opened == 5
    assert differences(at=shop.now, zone=ZONE.key) == []


def test_another_zone_begins_the_counting_anew(shop: Shop) -> None:
    shop.hears("桌子呢？")
    shop.later(hours=7)
    list(rebuild(at=shop.now, zone="UTC"))
    assert Count.objects.get().zone == "UTC"
    assert differences(at=shop.now, zone="UTC") == []


def test_a_spoilt_tally_is_found_and_mended(shop: Shop) -> None:
    shop.hears("桌子呢？")
    while sweep(at=shop.now, zone=ZONE.key):
        pass
    Tally.objects.filter(figure="opened").update(count=7)
    [(key, kept, counted)] = differences(at=shop.now, zone=ZONE.key)
    assert (key[4], kept, counted) == ("opened", 7, 1)
    list(rebuild(at=shop.now, zone=ZONE.key))
    assert differences(at=shop.now, zone=ZONE.key) == []


def test_a_board_costs_the_same_statements_however_many_cases_there_are(shop: Shop) -> None:
    def cost() -> int:
        while sweep(at=shop.now, zone=ZONE.key):
            pass
        with CaptureQueriesContext(connection) as sent:
            read_board(shop.viewer("admin"), WEEK, at=shop.now, zone=ZONE, by_day=True)
        return len(sent)

    few = cost()
    for number in range(12):
        shop.hears("桌子呢？", who=f"visitor-{number}")
    assert cost() == few <= 15
    assert isinstance(
        next(iter(read_board(shop.viewer("admin"), WEEK, at=shop.now, zone=ZONE, by_day=False).waits_since)), UUID
    )
