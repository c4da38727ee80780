"""`zhoudao bench routing`: what a decision costs with many people and a long line, and that it is right."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

from zhoudao.doors.cli.bench_report import Report
from zhoudao.doors.cli.bench_scratch import scratches
from zhoudao.kit.frozen import frozen

if TYPE_CHECKING:
    from zhoudao.engines.routing import Wish
    from zhoudao.ground.accounts.models import Team

MOST = 5.0
IN_HAND, ROUNDS = 12, 20
NOTES = [
    "CPU is that of the process that decides and of its database process, by the system's nanosecond counters; in "
    "brackets: divided by the fixed loop. A decision is everything from taking the lock to knowing who: statements, "
    "calendars, choice. Writing it down is measured with the case (bench desk).",
    "Every decision is compared with a plain reference that reads every person and every case through the ORM and "
    "applies the rules one by one in Python.",
    "Between two decisions people come and go, finish cases and get more; one in eight waiting cases is in English, "
    "one in ten needs a skill, some are kept for somebody.",
]
_Spent = tuple[float, float, int]  # milliseconds: ours, the database process's; which process that is


@dataclass
class Found:
    """Milliseconds (ours, the database's) by what was decided, and what came out otherwise than it should."""

    spent: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    compared: int = 0
    somebody: int = 0

    def middle(self, name: str) -> float:
        """The middle CPU milliseconds of these decisions."""
        times = sorted(map(sum, self.spent[name]))
        return times[len(times) // 2]


def run(people: int, lines: list[int], rounds: int, report: Report, say: Callable[[str], None]) -> None:
    """This will fill scratch installations, decide, compare and note the figures."""
    found = [_at(people, waiting, rounds, report, say) for waiting in lines]
    for one, waiting in zip(found, lines, strict=True):
        judge(one, people, waiting, report)
    for name in found[0].spent if len(found) > 1 else ():
        ratio = found[-1].middle(name) / found[0].middle(name)
        report.add(f"{name}: flat", f"{lines[0]:,} to {lines[-1]:,} waiting", f"CPU x {ratio:.2f}")
    report.notes += NOTES


def _at(people: int, waiting: int, rounds: int, report: Report, say: Callable[[str], None]) -> Found:
    with scratches([f"routing-{waiting}"]) as (scratch,):
        say(f"{people} people, {waiting:,} waiting …")
        scratch.drain()
        scratch.halt("worker", "clock", "analyst", "live", "web")
        scratch.ask(prepare, people, waiting)
        found = Found()
        for first in range(0, rounds, ROUNDS):
            say(f"Decision {first + 1} of {rounds} …")
            report.calibrate()
            part = scratch.ask(decide, first, min(ROUNDS, rounds - first))
            for name, spent in part.spent.items():
                found.spent.setdefault(name, []).extend(spent)
            found.wrong += part.wrong
            found.compared += part.compared
            found.somebody += part.somebody
        return found


def prepare(people: int, waiting: int) -> None:
    """This will write a team of so many, each with cases in hand, and so many cases before it."""
    from zhoudao.ground.accounts.models import Store, Team, User
    from zhoudao.ground.installation.clock import now
    from zhoudao.kit.ids import uuid7
    from zhoudao.rooms.cases.models import Case
    from zhoudao.rooms.customers.models import Customer
    from zhoudao.rooms.staff.models import Member

    rng, at = Random(waiting), now()  # noqa: S311  # who holds what, not a secret
    team, store = Team.objects.get(code="reception"), Store.objects.get(code="web")
    users = [User(email=f"p{number}@bench.example", name=f"客服{number}") for number in range(people)]
    User.objects.bulk_create(users)
    members = [Member(user=user, capacity=rng.randrange(6, 20), **_talents(rng)) for user in users]
    Member.objects.bulk_create(members)
    Member.teams.through.objects.bulk_create(
        [Member.teams.through(member_id=member.user_id, team_id=team.id) for member in members]
    )
    customer = Customer.objects.create(key_id=uuid7(), created_at=at)
    rows: list[tuple[User | None, int]] = [(None, number) for number in range(waiting)]
    rows += [(user, number) for user in users for number in range(IN_HAND)]
    Case.objects.bulk_create(
        (
            Case(
                number=f"B2026-{place:06d}",
                customer=customer,
                store=store,
                team=team,
                owner=owner,
                status="open" if owner else "new",
                opened_at=at - timedelta(minutes=place),
                updated_at=at,
                queued_at=at - timedelta(minutes=rng.randrange(20_000)),
                given_at=at - timedelta(minutes=rng.randrange(600)) if owner else None,
                rank=rng.choice([2, 5, 5, 5]),
                points=rng.choice([1, 1, 1, 2]),
                needs=_needs(rng, users, at),
            )
            for place, (owner, number) in enumerate(rows)
        ),
        batch_size=2_000,
    )


def _talents(rng: Random) -> dict[str, list[str]]:
    languages = rng.choice([["zh-Hans"], ["zh-Hans"], ["zh-Hans", "en"], []])
    return {"languages": languages, "skills": rng.choice([[], [], ["legal"]])}


def _needs(rng: Random, users: list[Any], at: datetime) -> dict[str, str]:
    needs = {"language": "en" if rng.random() < 0.125 else "zh-Hans"}
    if rng.random() < 0.1:
        needs["skill"] = "legal"
    if rng.random() < 0.05:
        needs |= {"known": str(rng.choice(users).id), "known_until": (at + timedelta(days=1)).isoformat()}
    return needs


def decide(first: int, rounds: int) -> Found:
    """This will decide so many times, each time in a state of its own, and compare."""
    from django.db import transaction

    from zhoudao.ground.accounts.models import Team
    from zhoudao.ground.installation.clock import now

    found, team = Found(), Team.objects.get(code="reception")
    for number in range(first, first + rounds):
        rng, at = Random(number), now()  # noqa: S311  # which states, not a secret
        _stir(rng, at)
        with transaction.atomic():
            _new_case(found, rng, team, at)
            _freed(found, team, at)
            _asked(found, rng, team, at)
            transaction.set_rollback(True)
    return found


def _stir(rng: Random, at: datetime) -> None:
    """People come and go, finish a few cases and get others."""
    from zhoudao.rooms.cases.models import Case
    from zhoudao.rooms.staff.models import Member

    ids = list(Member.objects.order_by("user_id").values_list("user_id", flat=True))
    Member.objects.update(is_available=True)
    Member.objects.filter(user_id__in=rng.sample(ids, len(ids) // 4)).update(is_available=False)
    for owner in rng.sample(ids, max(1, len(ids) // 20)):
        held = Case.objects.filter(owner=owner, status="open").order_by("id")[: rng.randrange(4)]
        Case.objects.filter(id__in=list(held.values_list("id", flat=True))).update(owner=rng.choice(ids), given_at=at)


def _new_case(found: Found, rng: Random, team: "Team", at: datetime) -> None:
    from zhoudao.engines.routing import choose
    from zhoudao.rooms.cases.models import Case
    from zhoudao.rooms.cases.routing import wish_of
    from zhoudao.rooms.cases.staffing import around, lock_routing

    known = str(rng.choice(list(Case.objects.filter(owner__isnull=False).values_list("owner_id", flat=True)[:400])))
    needs = {"language": rng.choice(["zh-Hans", "en"]), "known": known, "known_until": (at + timedelta(1)).isoformat()}
    case = Case(team=team, rank=5, points=1, queued_at=at, needs=needs if rng.random() < 0.3 else {})
    before = _cpu()
    lock_routing()
    met = around(case, customers=[case.id], adviser=None, at=at)
    choice = choose(wish_of(case.needs, case.points), met.people, at=at)
    _spent(found, "a new case", before)
    expected = slowly(wish_of(case.needs, case.points), team, at)
    _compare(found, f"new case at {at}", choice.person, expected)
    if not met.has_line:
        found.wrong.append(f"no line at {at}")


def _freed(found: Found, team: "Team", at: datetime) -> None:
    from zhoudao.rooms.cases.commands.queueing import planned
    from zhoudao.rooms.cases.staffing import lock_routing

    before = _cpu()
    lock_routing()
    first = next((given for part in planned(team.id, at=at) for given in part), None)
    _spent(found, "the line, when somebody frees up", before)
    given = f"{first.case.id} {first.choice.person}" if first else None
    _compare(found, f"line at {at}", given, slowly_in_line(team, at))


def _asked(found: Found, rng: Random, team: "Team", at: datetime) -> None:
    from django.db import transaction

    from zhoudao.ground.accounts.viewer import Viewer
    from zhoudao.rooms.cases.commands.taking import take_next
    from zhoudao.rooms.cases.refusals import AtCapacity
    from zhoudao.rooms.staff.models import Member

    member = rng.choice(list(Member.objects.order_by("user_id")))
    viewer = Viewer(f"user:{member.user_id}", frozenset(["cases:write"]), user_id=member.user_id)
    expected = slowly_asked(member, team, at)
    before = _cpu()
    with transaction.atomic():
        try:
            case = take_next(viewer=viewer, at=at)
            got = str(case.id) if case else None
        except AtCapacity:
            got = "full"
    _spent(found, "“next case”, with writing it down", before)
    _compare(found, f"next case at {at}", got, expected)


@frozen
class _Somebody:
    id: str
    load: int
    capacity: int
    given_at: datetime | None
    languages: list[str]
    skills: list[str]
    is_here: bool


def _everybody(team: "Team") -> list[_Somebody]:
    from zhoudao.rooms.cases.models import Case
    from zhoudao.rooms.staff.models import Member

    loads: dict[Any, int] = {}
    given: dict[Any, datetime] = {}
    for case in Case.objects.filter(owner__isnull=False):
        if case.status in ("new", "open"):
            loads[case.owner_id] = loads.get(case.owner_id, 0) + case.points
        if case.given_at is not None:
            given[case.owner_id] = max(case.given_at, given.get(case.owner_id, case.given_at))
    return [
        _Somebody(
            str(member.user_id),
            loads.get(member.user_id, 0),
            member.capacity,
            given.get(member.user_id),
            member.languages,
            member.skills,
            member.is_available and member.calendar_id is None,
        )
        for member in Member.objects.filter(teams=team, user__is_active=True)
    ]


def _can(wish: "Wish", one: _Somebody) -> bool:
    speaks = not one.languages or not wish.language or wish.language in one.languages
    return speaks and (not wish.skill or wish.skill in one.skills)


def _has_room(wish: "Wish", one: _Somebody) -> bool:
    return one.capacity > 0 and one.load + min(wish.points, one.capacity) <= one.capacity


def slowly(wish: "Wish", team: "Team", at: datetime, people: list[_Somebody] | None = None) -> str | None:
    """Who a case goes to, as one would tell it: nobody is skipped over, nothing is looked up twice."""
    everybody = _everybody(team) if people is None else people
    here = [one for one in everybody if one.is_here and _can(wish, one)]
    free = [one for one in here if _has_room(wish, one)]
    if wish.known in [one.id for one in free]:
        return wish.known
    if wish.known in [one.id for one in here] and wish.known_until is not None and at < wish.known_until:
        return None
    long_ago = datetime.min.replace(tzinfo=at.tzinfo)
    ranked = sorted(free, key=lambda one: (one.load / one.capacity, one.given_at or long_ago, one.id))
    return ranked[0].id if ranked else None


def _whole_line(team: "Team") -> list[tuple[str, "Wish"]]:
    from zhoudao.rooms.cases.models import Case
    from zhoudao.rooms.cases.routing import wish_of

    cases = [case for case in Case.objects.filter(team=team, owner=None) if case.status in ("new", "open")]
    cases.sort(key=lambda case: (case.rank, case.queued_at, str(case.id)))
    return [(str(case.id), wish_of(case.needs, case.points)) for case in cases]


def slowly_in_line(team: "Team", at: datetime) -> str | None:
    """The first case of the whole line that somebody can be given, and who; room is saved as the engine says it."""
    people = _everybody(team)
    saving: set[str] = set()
    for id_, wish in _whole_line(team):
        others = [one for one in people if one.id not in saving]
        taker = slowly(wish, team, at, others)
        if taker is not None:
            return f"{id_} {taker}"
        kept = wish.known_until is not None and at < wish.known_until
        is_known_here = kept and any(one.id == wish.known and one.is_here and _can(wish, one) for one in people)
        short = [one for one in people if one.is_here and _can(wish, one) and 0 <= one.load < one.capacity]
        short = [one for one in short if not _has_room(wish, one)]
        if short and not is_known_here:
            saving.add(min(short, key=lambda one: (one.load - one.capacity, one.id)).id)
    return None


def slowly_asked(member: Any, team: "Team", at: datetime) -> str | None:
    """The first case of the whole line this person can do and that is not kept for somebody who is here."""
    people = {one.id: one for one in _everybody(team)}
    me = people[str(member.user_id)]
    if me.load >= me.capacity:
        return "full"
    for id_, wish in _whole_line(team):
        other = people.get(wish.known)
        is_kept = wish.known_until is not None and at < wish.known_until and other is not None and other.is_here
        if _can(wish, me) and _has_room(wish, me) and (wish.known == me.id or not is_kept):
            return id_
    return None


def _compare(found: Found, what: str, got: str | None, expected: str | None) -> None:
    found.compared += 1
    found.somebody += got is not None
    if got != expected:
        found.wrong.append(f"{what}: {got}, the reference says {expected}")


def _spent(found: Found, name: str, before: _Spent) -> None:
    ours, theirs, process = _cpu()
    if process != before[2]:
        raise AssertionError("Another database process answered.")
    found.spent.setdefault(name, []).append((ours - before[0], theirs - before[1]))


def _cpu() -> _Spent:
    from django.db import connection

    connection.ensure_connection()
    process = connection.connection.info.backend_pid
    counted = int(Path(f"/proc/{process}/schedstat").read_text().split()[0])
    return time.process_time() * 1000, counted / 1e6, process


def judge(found: Found, people: int, waiting: int, report: Report) -> None:
    """This will note the figures beside their budget."""
    size = f"{people} people, {waiting:,} waiting"
    for name, spent in found.spent.items():
        times = sorted(map(sum, spent))
        middle, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
        said = f"p50 {middle:.1f} ms, p95 {p95:.1f} ms ({p95 / report.loop:.2f} loops), most {times[-1]:.1f} ms"
        report.add(name, size, said, budget=f"p50 ≤ {MOST:.0f} ms", kept=middle <= MOST)
    same = found.compared - len(found.wrong)
    value = f"{same} of {found.compared} decisions, {found.somebody} of them for somebody"
    report.add("the same as the plain reference", size, value, budget="all", kept=not found.wrong)
    report.notes += [f"Not as the reference: {one}" for one in found.wrong[:10]]
