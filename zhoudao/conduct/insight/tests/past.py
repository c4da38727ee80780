"""A shop with a past: cases that were solved, quick inquiries and slow complaints, so that something can be learned."""

from datetime import datetime, timedelta
from random import Random

from zhoudao.ground.eventlog.recording import About, By, Entry, record_all
from zhoudao.rooms.cases.events import CaseAssigned, CaseOpened
from zhoudao.rooms.cases.models import Case, Promise, Status
from zhoudao.rooms.cases.tests.shop import Shop

TARGET = timedelta(hours=8)


def give_past(shop: Shop, cases: int, *, days: int = 60, seed: int = 1) -> None:
    """Of `cases` solved cases every other is a complaint that took about twenty hours, the others took about two; each
    was promised within eight. Nothing else tells them apart.
    """
    rng, like = Random(seed), shop.hears("hello", who="past")
    begun = sorted(shop.now - timedelta(days=2 + days * rng.random()) for _ in range(cases))
    for place, opened_at in enumerate(begun):
        kind = "complaint" if rng.random() < 0.5 else "inquiry"
        took = timedelta(hours=(20 if kind == "complaint" else 2) * rng.uniform(0.8, 1.2))
        made = old_case(like, place, kind, opened_at)
        solved_at = opened_at + took
        Case.objects.filter(id=made.id).update(
            status=Status.CLOSED, resolved_at=solved_at, closed_at=solved_at, outcome="solved", cause="other"
        )
        due_at = opened_at + TARGET
        Promise.objects.filter(case=made).update(
            kept_at=solved_at, ended_at=solved_at, broken_at=due_at if solved_at > due_at else None
        )


def old_case(like: Case, place: int, kind: str, opened_at: datetime) -> Case:
    """A case like another, with the promise to solve it and what happened first; still open."""
    case = Case.objects.create(
        number=f"P{place:06}", kind=kind, customer_id=like.customer_id, store_id=like.store_id, team_id=like.team_id,
        status=Status.OPEN, opened_at=opened_at, updated_at=opened_at, queued_at=opened_at, preview="…",
    )  # fmt: skip
    Promise.objects.create(
        case=case, kind="resolution", target_minutes=int(TARGET.total_seconds() // 60), basis="elapsed",
        started_at=opened_at, due_at=opened_at + TARGET,
    )  # fmt: skip
    about, by = [About("case", case.id)], By("system:routing", store_id=like.store_id)
    opened = CaseOpened(case.number, kind, "regular", "webchat", "reception")
    record_all([Entry(opened, about, by)], at=opened_at, by=by)
    given = CaseAssigned(None, str(like.team_id), None, None, "rules")
    record_all([Entry(given, about, by)], at=opened_at + timedelta(minutes=10), by=by)
    return case
