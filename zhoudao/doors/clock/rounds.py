"""The rounds the clock makes: each finds rows whose moment has come and hands them to a command, one by one."""

import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import DatabaseError, close_old_connections, transaction

from zhoudao.doors.clock import (
    improvement_knocks,
    insight_knocks,
    knocks,
    knowledge_knocks,
    order_knocks,
    outlook_knocks,
    pickup_knocks,
    pilot_knocks,
    quality_knocks,
    refund_knocks,
    visit_knocks,
)
from zhoudao.ground.installation import clock

_PAUSE_SECONDS = 0.25
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Round:
    """What is looked for how often (real seconds), given the company's time and the real one."""

    every_seconds: float
    find: Callable[[datetime, datetime], Iterable[knocks.Knock]]


ROUNDS = (
    Round(0.5, knocks.promises_due),
    Round(0.5, knocks.timers_due),
    Round(1.0, knocks.steps_due),
    Round(1.0, knocks.cases_to_wake),
    Round(2.0, knocks.pages_due),
    Round(5.0, knocks.cases_to_close),
    Round(5.0, knocks.queues_to_fill),
    Round(1.0, knocks.mailboxes_to_poll),
    Round(2.0, knocks.errands_due),
    Round(2.0, knocks.approvals_due),
    Round(10.0, knocks.rounds_to_resume),
    Round(10.0, knocks.orders_to_approve),
    Round(30.0, knocks.lists_to_resume),
    Round(5.0, knocks.parcels_to_look_at),
    Round(30.0, knocks.tracking_to_do),
    Round(30.0, knocks.storefronts_to_take),
    Round(10.0, refund_knocks.refunds_due),
    Round(10.0, pickup_knocks.pickups_due),
    Round(60.0, pickup_knocks.pools_to_look_at),
    Round(60.0, visit_knocks.visits_overrunning),
    Round(120.0, knocks.parcels_unheard),
    Round(30.0, order_knocks.holds_overdue),
    Round(60.0, order_knocks.promises_of_orders),
    Round(5.0, order_knocks.held_news),
    Round(3600.0, order_knocks.unclaimed_numbers),
    Round(300.0, order_knocks.returns_never_sent),
    Round(2.0, quality_knocks.stops_to_follow),
    Round(5.0, quality_knocks.owners_to_tell),
    Round(60.0, quality_knocks.answers_due),
    Round(600.0, quality_knocks.faults_to_find),
    Round(120.0, knocks.surges_to_find),
    Round(180.0, outlook_knocks.outlooks_due),
    Round(300.0, outlook_knocks.demand_to_look_at),
    Round(300.0, insight_knocks.lakes_to_keep),
    Round(3600.0, insight_knocks.reports_to_forget),
    Round(60.0, knocks.actions_late),
    Round(60.0, knocks.improvements_late),
    Round(60.0, improvement_knocks.initiatives_late),
    Round(60.0, improvement_knocks.audits_due),
    Round(300.0, knowledge_knocks.articles_ending),
    Round(5.0, knocks.questions_due),
    Round(5.0, knocks.progress_to_tell),
    Round(10.0, knocks.notices_to_mail),
    Round(10.0, knocks.stuck_work),
    Round(10.0, knocks.lookalikes),
    Round(30.0, knocks.stalled_jobs),
    Round(2.0, knocks.customers_to_hear),
    Round(3.0, knocks.figures_to_count),
    Round(3.0, knocks.customers_to_weigh),
    Round(5.0, knocks.words_to_index),
    Round(1.0, knocks.webhooks_to_tell),
    Round(60.0, knocks.webhooks_to_tidy),
    Round(60.0, knocks.daily_figures),
    Round(60.0, pilot_knocks.pilots_to_watch),
    Round(60.0, knocks.channels_to_judge),
    Round(60.0, knocks.visits_to_end),
    Round(5.0, knocks.letters_due),
    Round(20.0, knocks.calls_to_make),
    Round(60.0, knocks.misfits),
    Round(3600.0, knocks.old_rows),
)


def run_forever(stop: threading.Event) -> None:
    """This will make the rounds until told to stop; a database that is away is waited for."""
    next_at = dict.fromkeys(range(len(ROUNDS)), 0.0)
    while not stop.is_set():
        for index, round_ in enumerate(ROUNDS):
            if time.monotonic() >= next_at[index] and not stop.is_set():
                next_at[index] = time.monotonic() + round_.every_seconds
                make(round_)
        stop.wait(_PAUSE_SECONDS)


def make(round_: Round) -> int:
    """This will make one round; returns how many knocks it made. One that fails is logged and tried next time."""
    made = 0
    try:
        for what, knock in round_.find(clock.now(), datetime.now(UTC)):
            made += 1
            _knock(what, knock)
    except DatabaseError:
        _log.warning("The clock could not look: %s", round_.find.__name__, exc_info=True)
    finally:
        close_old_connections()
    return made


def make_all() -> int:
    """This will make every round once (tests, replay)."""
    return sum(make(round_) for round_ in ROUNDS)


def _knock(what: str, knock: Callable[[], Any]) -> None:
    try:
        with transaction.atomic():
            knock()
    except Exception:
        _log.exception("The clock's knock failed: %s", what)
