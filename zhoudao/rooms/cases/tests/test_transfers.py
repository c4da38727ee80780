"""One contact person a case: who hands it over says why, and what changes hands is counted."""

import json
from collections import Counter
from dataclasses import replace
from datetime import timedelta
from random import Random
from uuid import UUID

import pytest
from django.db import transaction

from zhoudao.ground.eventlog.models import Event
from zhoudao.rooms.cases.commands.assigning import assign_case
from zhoudao.rooms.cases.commands.closing import resolve_case
from zhoudao.rooms.cases.commands.returning import return_case
from zhoudao.rooms.cases.models import Case, Transfer
from zhoudao.rooms.cases.privacy import forget, held
from zhoudao.rooms.cases.queries import transfers
from zhoudao.rooms.cases.queries.board import Asked
from zhoudao.rooms.cases.queries.transfers import Way
from zhoudao.rooms.cases.refusals import ReasonMissing, TransferNotAllowed
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.cases.transfers import REASONS, words_of

pytestmark = pytest.mark.django_db(transaction=True)
ASKS = "请问桌子什么时候到？"
ANY = Way()
SECRET = "王太太住院了"


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def colleague(shop: Shop, case: Case) -> UUID:
    """Somebody of the reception who does not have it."""
    people = (shop.cast.people[name].pk for name in ("wang", "li", "zhao"))
    return next(one for one in people if one != case.owner_id)


def asked(shop: Shop) -> Asked:
    return Asked(shop.now - timedelta(days=2), shop.now + timedelta(days=2))


@pytest.mark.parametrize(("reason", "words"), [("", ""), ("因为", ""), ("another_reason", " \n"), ("", "累了")])
def test_without_a_reason_nobody_hands_a_case_over_not_even_their_own(shop: Shop, reason: str, words: str) -> None:
    case = shop.hears(ASKS)
    own = next(name for name in ("wang", "li", "zhao") if shop.cast.people[name].pk == case.owner_id)
    for viewer, to in (
        (own, {"member_id": colleague(shop, case)}),
        ("admin", {"team_id": shop.cast.teams["after_sales"].pk}),
    ):
        with pytest.raises(ReasonMissing):
            assign_case(case_id=case.id, viewer=shop.viewer(viewer), at=shop.now, reason=reason, words=words, **to)
    assert Case.objects.get(id=case.id).owner_id == case.owner_id
    assert not Transfer.objects.exists()


def test_the_event_keeps_the_code_and_the_words_are_sealed_erased_and_handed_out(shop: Shop) -> None:
    case = shop.hears(ASKS)
    to = colleague(shop, case)
    assign_case(
        case_id=case.id, viewer=shop.viewer("admin"), at=shop.now, member_id=to, reason="shift_over", words=SECRET
    )
    told = Event.objects.get(type="cases.CaseTransferred").attributes
    assert (told["reason"], told["previous_owner"], told["owner"]) == ("shift_over", str(case.owner_id), str(to))
    assert SECRET not in json.dumps(list(Event.objects.values_list("attributes", flat=True)), ensure_ascii=False)
    row = Transfer.objects.get()
    assert SECRET.encode() not in bytes(row.words_sealed or b"")
    assert words_of(row) == SECRET
    assert held([case.customer_id])[0]["transfers"][0]["words"] == SECRET
    with transaction.atomic():
        forget([case.customer_id], shop.now)
    row.refresh_from_db()
    assert (words_of(row), row.reason) == ("", "shift_over")


def test_what_nobody_has_is_taken_and_given_in_its_team_without_a_reason(shop: Shop) -> None:
    for name in ("wang", "li", "zhao"):
        shop.cast.people[name].member.is_available = False
        shop.cast.people[name].member.save()
    case = shop.hears(ASKS)
    assert case.owner_id is None
    assign_case(case_id=case.id, viewer=shop.viewer("zhao"), at=shop.now, member_id=shop.cast.people["li"].pk)
    assert not Transfer.objects.exists()


def test_handing_over_is_a_right_of_its_own(shop: Shop) -> None:
    case = shop.hears(ASKS)
    shop.cast.people["wang"].grants.update(role="order_clerk")
    viewer = shop.viewer("wang")
    assert viewer.may("cases:write")
    Case.objects.filter(id=case.id).update(owner=viewer.user_id)
    to = shop.cast.people["li"].pk
    with pytest.raises(TransferNotAllowed):
        assign_case(case_id=case.id, viewer=viewer, at=shop.now, member_id=to, reason="cannot_wait")
    program = replace(shop.viewer("admin"), held=(), permissions=frozenset(["cases:write", "cases:assign_any"]))
    with pytest.raises(TransferNotAllowed):
        assign_case(case_id=case.id, viewer=program, at=shop.now, member_id=to, reason="cannot_wait")


def test_a_hand_over_taken_back_counts_no_more(shop: Shop) -> None:
    case, admin = shop.hears(ASKS), shop.viewer("admin")
    assign_case(case_id=case.id, viewer=admin, at=shop.now, member_id=colleague(shop, case), reason="too_much_work")
    assert transfers.totals(admin, asked(shop), at=shop.now).count == 1
    return_case(case_id=case.id, owner_id=case.owner_id, team_id=case.team_id, actor=admin.actor, at=shop.now)
    found = transfers.totals(admin, asked(shop), at=shop.now)
    assert (found.count, found.cases, found.bounces) == (0, 0, 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_figures_are_what_a_recount_of_the_log_finds(shop: Shop, seed: int) -> None:
    rng, admin = Random(seed), shop.viewer("admin")  # which way a case goes, not a secret
    cases = [shop.hears(ASKS, who=f"v-{number}") for number in range(8)]
    teams, people = list(shop.cast.teams.values()), [shop.cast.people[name] for name in ("wang", "li", "zhao", "sun")]
    for _ in range(60):
        case = rng.choice(cases)
        team, person = (rng.choice(teams).pk, None) if rng.random() < 0.4 else (None, rng.choice(people).pk)
        at, why = shop.later(minutes=1), rng.choice([*REASONS][:-1])
        assign_case(case_id=case.id, viewer=admin, at=at, team_id=team, member_id=person, reason=why)
        if rng.random() < 0.1:
            last = Event.objects.filter(primary_id=case.id, type="cases.CaseAssigned").latest("seq").attributes
            back = {
                name: UUID(last[f"previous_{name}"]) if last[f"previous_{name}"] else None for name in ("owner", "team")
            }
            return_case(case_id=case.id, owner_id=back["owner"], team_id=back["team"], actor=admin.actor, at=shop.now)
    for case in cases[:5]:
        resolve_case(case_id=case.id, outcome="answered", cause="delivery", viewer=admin, at=shop.now)

    counted, bounced, ways = _recounted(cases)
    found = transfers.totals(admin, asked(shop), at=shop.now)
    assert found.count == sum(counted.values()) > 10
    assert found.bounces == sum(bounced.values()) > 0
    assert (found.cases, found.resolved) == (len(counted), 5)
    assert found.handed == sum(counted[case.id] for case in cases[:5])
    assert found.per_case == found.handed / 5
    names = {team.pk: team.code for team in teams}
    rows = transfers.between_teams(admin, asked(shop), names)
    assert {(row.way.from_team, row.way.to_team): row.count for row in rows} == dict(ways)
    assert sum(row.count for row in transfers.between_people(admin, asked(shop), names)) == found.count
    assert sum(n for _code, _words, n in transfers.by_reason(admin, asked(shop))) == found.count

    def behind(code: str, way: Way = ANY) -> set[UUID]:
        return {case.id for case in transfers.cases_of(admin, asked(shop), code, way, at=shop.now)}

    assert behind("cases.transfers") == set(counted)
    assert behind("cases.bounces") == set(bounced)
    assert behind("cases.transfers_per_case") == {case.id for case in cases[:5] if counted[case.id]}
    for row in transfers.between_people(admin, asked(shop), names):
        made = Transfer.objects.filter(undone_at=None, **row.way.filters())
        assert (made.count(), behind("cases.transfers", row.way)) == (row.count, {one.case_id for one in made})


def _recounted(cases: list[Case]) -> tuple[Counter[UUID], Counter[UUID], Counter[tuple[str, str]]]:
    """By case, hand-overs and bounces, and by teams from and to, from nothing but who had each case when."""
    counted, bounced, ways = Counter[UUID](), Counter[UUID](), Counter[tuple[str, str]]()
    for case in cases:
        had: set[str] = set()
        is_last = False
        made: list[tuple[bool, tuple[str, str]]] = []
        rows = Event.objects.filter(primary_id=case.id, type="cases.CaseAssigned").order_by("seq")
        for told in rows.values_list("attributes", flat=True):
            was, now = (told["previous_owner"], told["previous_team"]), (told["owner"], told["team"])
            had |= {one for one in was if one}
            moved = any(before and before != after for before, after in zip(was, now, strict=True))
            if told["how"] == "undone" and is_last:
                made.pop()
            is_last = told["how"] in ("hand", "pull") and moved
            if is_last:
                made.append(((now[0] or now[1]) in had, (was[1], now[1])))
            had |= {one for one in now if one}
        counted[case.id] += len(made)
        bounced[case.id] += sum(back for back, _way in made)
        ways.update(way for _back, way in made)
    return +counted, +bounced, ways
