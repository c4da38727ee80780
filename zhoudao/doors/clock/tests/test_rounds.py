"""Time knocks: at the right moment, once, and again after a death half-way."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob

from zhoudao.doors.clock import knocks, rounds
from zhoudao.doors.clock.stalled import TRIES, retry_stalled
from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.snoozing import snooze_case
from zhoudao.rooms.cases.models import Case, Page, Promise, Status
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.models import Channel, Message
from zhoudao.rooms.staff.models import Member, OnCall
from zhoudao.rooms.visits.tests.store import open_counter

pytestmark = pytest.mark.django_db(transaction=True)
REAL = datetime(2026, 3, 10, 2, tzinfo=UTC)


@pytest.fixture
def shop() -> Shop:
    with connection.cursor() as cursor:  # Procrastinate's tables are not Django's to empty
        cursor.execute("DELETE FROM procrastinate_jobs")
    return open_shop()


def make(find: object, at: datetime, real: datetime = REAL) -> int:
    made = 0
    for what, knock in find(at, real):  # type: ignore[operator]  # any of the knocks
        rounds._knock(what, knock)
        made += 1
    return made


def test_a_promise_breaks_when_its_time_has_come_and_not_again(shop: Shop) -> None:
    case = shop.hears("桌子什么时候到？")
    assert make(knocks.promises_due, shop.now + timedelta(minutes=100)) == 0
    late = shop.now + timedelta(hours=10)
    while make(knocks.promises_due, late):
        pass
    broken = {promise.kind: promise.broken_at for promise in Promise.objects.filter(case=case)}
    assert broken["first_contact"] == broken["answer"] == case.opened_at + timedelta(hours=4)
    assert broken["resolution"] is None
    assert make(knocks.promises_due, late) == 0


def test_words_of_an_earlier_version_are_indexed_behind_the_service_and_only_once(shop: Shop) -> None:
    shop.hears("桌子什么时候到？")
    Message.objects.update(index_version=1, search=None)
    assert make(knocks.words_to_index, shop.now) == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT search @@ $$'桌子' & '~first'$$::tsquery FROM conversations_message WHERE direction = 'in'"
        )
        assert cursor.fetchone() == (True,)
    assert make(knocks.words_to_index, shop.now) == 0


def test_snoozed_and_resolved_cases_move_on_by_themselves(shop: Shop) -> None:
    snoozed, resolved = shop.hears("桌子什么时候到？", who="a"), shop.hears("椅子什么时候到？", who="b")
    viewer = shop.viewer("zhao")
    snooze_case(case_id=snoozed.id, until=shop.now + timedelta(hours=1), viewer=viewer, at=shop.now)
    resolve_case(case_id=resolved.id, outcome="answered", cause="delivery", viewer=viewer, at=shop.now)
    for find in (knocks.cases_to_wake, knocks.cases_to_close):
        assert make(find, shop.now + timedelta(minutes=59)) == 0
        assert make(find, shop.now + timedelta(days=2)) == 1
        assert make(find, shop.now + timedelta(days=2)) == 0
    assert Case.objects.get(id=snoozed.id).status == Status.OPEN
    assert Case.objects.get(id=resolved.id).status == Status.CLOSED


def test_cases_of_the_night_are_given_out_when_the_shift_begins(shop: Shop) -> None:
    shop.later(hours=12)  # ten in the evening in Shanghai
    case = shop.hears("桌子什么时候到？")
    assert case.owner is None
    make(knocks.queues_to_fill, shop.now + timedelta(hours=1))
    assert Case.objects.get(id=case.id).owner is None
    make(knocks.queues_to_fill, shop.now + timedelta(hours=11))
    assert Case.objects.get(id=case.id).owner is not None


def test_the_next_on_call_is_paged_until_somebody_answers(shop: Shop) -> None:
    Member.objects.all().update(is_available=False)
    team = shop.cast.teams["rapid_reaction"]
    for rank, name in enumerate(("wang", "li")):
        shop.cast.people[name].member.teams.add(team)
        Grant.objects.create(user=shop.cast.people[name], role="agent", team=team)
        OnCall.objects.create(team=team, member=shop.cast.people[name].member, rank=rank)
    shop.hears("油烟机冒烟了，很危险！")
    assert [page.member for page in Page.objects.order_by("paged_at")] == [shop.cast.people["wang"]]
    make(knocks.pages_due, shop.later(minutes=5))
    assert Page.objects.latest("paged_at").member == shop.cast.people["li"]
    assert make(knocks.pages_due, shop.now + timedelta(minutes=4)) == 0
    for _ in range(3):  # each of them once more, then it is said; and begun anew a quarter of an hour later
        make(knocks.pages_due, shop.later(minutes=5))
    assert Page.objects.count() == 4
    assert make(knocks.pages_due, shop.now + timedelta(minutes=14)) == 0
    make(knocks.pages_due, shop.later(minutes=15))
    assert Page.objects.count() == 5


def test_a_mailbox_is_looked_at_in_its_own_rhythm(shop: Shop) -> None:
    Channel.objects.create(code="mail", kind="email", store=shop.cast.stores["web"], config={"poll_seconds": 30})
    assert make(knocks.mailboxes_to_poll, shop.now) == 1
    assert make(knocks.mailboxes_to_poll, shop.now, REAL + timedelta(seconds=29)) == 0
    assert make(knocks.mailboxes_to_poll, shop.now, REAL + timedelta(seconds=30)) == 1
    assert ProcrastinateJob.objects.filter(task_name="channels.poll_mailbox").count() == 2


def test_a_job_whose_worker_died_is_run_again_even_beside_another_of_its_kind(shop: Shop) -> None:
    for _ in range(2):
        app.configure_task("channels.sweep").defer()
    dies(first_job())
    assert retry_stalled() == 1
    assert set(ProcrastinateJob.objects.values_list("status", flat=True)) == {"todo"}
    assert retry_stalled() == 0


def test_one_whose_work_is_queued_again_already_is_ended_and_holds_up_no_other(shop: Shop) -> None:
    app.configure_task("orders.take", queueing_lock="orders.take").defer()
    died = first_job()
    dies(died)
    app.configure_task("orders.take", queueing_lock="orders.take").defer()
    app.configure_task("channels.sweep").defer()
    other = ProcrastinateJob.objects.latest("id").id
    dies(other)
    assert retry_stalled() == 1
    states = dict(ProcrastinateJob.objects.order_by("id").values_list("id", "status"))
    assert states == {died: "failed", died + 1: "todo", other: "todo"}
    assert retry_stalled() == 0


def test_one_that_takes_every_worker_along_is_given_up_and_said(shop: Shop, caplog: pytest.LogCaptureFixture) -> None:
    app.configure_task("channels.sweep").defer()
    job = first_job()
    for _ in range(TRIES * 3):
        dies(job)
        assert retry_stalled() == 1
    dies(job)
    assert retry_stalled() == 0
    assert ProcrastinateJob.objects.get(id=job).status == "failed"
    assert "was given up after 18 tries" in caplog.text


def first_job() -> int:
    return int(ProcrastinateJob.objects.earliest("id").id)


def dies(job: int) -> None:
    """Its worker began it, and was killed."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL WHERE id = %s", [job])


def test_the_companys_clock_may_run_faster_than_the_world() -> None:
    start = datetime(2030, 1, 1, tzinfo=UTC)
    clock.set_clock(shown_start=start, rate=600.0)
    assert timedelta(0) <= clock.now() - start < timedelta(hours=2)
    assert clock.real_delay(timedelta(minutes=10)) == timedelta(seconds=1)


def test_errands_do_not_pile_up_while_no_worker_runs(shop: Shop) -> None:
    for find in (knocks.stuck_work, knocks.daily_figures):
        assert [make(find, shop.now), make(find, shop.now)] == [1, 0]


def test_numbers_of_yesterday_end_by_themselves(shop: Shop) -> None:
    counter = open_counter(shop)
    left = counter.takes("A", name="王小姐")
    make(knocks.visits_to_end, shop.now)
    left.refresh_from_db()
    assert left.state == "waiting"
    shop.later(hours=24)
    make(knocks.visits_to_end, shop.now)
    left.refresh_from_db()
    assert left.state == "left"
    shop.later(hours=24 * 31)
    make(knocks.visits_to_end, shop.now)
    left.refresh_from_db()
    assert left.told_sealed is None
