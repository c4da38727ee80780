"""One message to all, and closing all: each case once, whatever happens on the way."""

import threading
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection

from zhoudao.ground.accounts.models import Grant
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog import dispatch
from zhoudao.rooms.cases.commands.closing import close_case, resolve_case
from zhoudao.rooms.cases.commands.merging import merge_cases
from zhoudao.rooms.cases.models import Case, Status
from zhoudao.rooms.cases.tests.shop import Shop, open_shop
from zhoudao.rooms.conversations.commands.sending import begin_sending, mark_sent
from zhoudao.rooms.conversations.models import Channel, Conversation, Draft, Message
from zhoudao.rooms.customers.models import Identity
from zhoudao.rooms.incidents.commands import rounds, treating
from zhoudao.rooms.incidents.commands.joining import join_cases
from zhoudao.rooms.incidents.commands.opening import Description, open_incident
from zhoudao.rooms.incidents.commands.rounds import (
    RESOLVE,
    SAY,
    Wanted,
    ask_round,
    begin_round,
    begin_undo,
    extend_round,
    work_round,
)
from zhoudao.rooms.incidents.commands.treating import Moment, hindrance_of
from zhoudao.rooms.incidents.models import Incident, Round, RoundItem
from zhoudao.rooms.incidents.queries import unsaid
from zhoudao.rooms.incidents.reach import missing_languages
from zhoudao.rooms.incidents.refusals import (
    IncidentUnsound,
    NobodyAffected,
    NotInCharge,
    RoundUnderWay,
    RoundWordless,
)
from zhoudao.rooms.teamwork.errands import ask_team
from zhoudao.rooms.teamwork.refusals import VariableUnknown

pytestmark = pytest.mark.django_db(transaction=True)
WORDS = {"zh-Hans": "支付故障，我们正在修复。", "en": "Payments fail; we are on it."}


@pytest.fixture
def shop() -> Shop:
    return open_shop()


def moment(shop: Shop, who: str = "zhao") -> Moment:
    return Moment(shop.viewer(who), shop.now, shop.now)


def incident_with(shop: Shop, many: int) -> tuple[Incident, list[Case]]:
    incident = open_incident(Description("支付页面打不开"), viewer=shop.viewer("zhao"), at=shop.now)
    cases = [shop.hears("付不了款", who=f"v-{n}") for n in range(many)]
    join(shop, incident, *cases)
    return incident, cases


def join(shop: Shop, incident: Incident, *cases: Case) -> None:
    join_cases(incident_id=incident.id, case_ids=[case.id for case in cases], viewer=shop.viewer("zhao"), at=shop.now)


def asked(shop: Shop, incident: Incident, kind: str = SAY, **given: str) -> Round:
    wanted = Wanted(texts=WORDS if kind == SAY else {}, **given)
    return ask_round(wanted, kind=kind, incident_id=incident.id, viewer=shop.viewer("zhao"), at=shop.now)


def begun(shop: Shop, row: Round) -> Round:
    return begin_round(round_id=row.id, viewer=shop.viewer("zhao"), at=shop.now, real_now=shop.now)


def said(incident: Incident) -> dict[str, int]:
    """How many of our messages each case of the incident has got, by its number."""
    cases = Case.objects.filter(incident_id=incident.id)
    return {
        case.number: Message.objects.filter(conversation=case.conversation, direction="out", is_auto=False)
        .exclude(status="undone")
        .count()
        for case in cases
    }


def next_update(case: Case) -> datetime:
    """When the running promise to let the customer hear from us is due."""
    due = case.promises.get(kind="next_update", ended_at=None).due_at
    assert due is not None
    return due


def send_all(shop: Shop) -> None:
    """The undo window is over and everything leaves."""
    for message in Message.objects.filter(status="queued"):
        later = shop.now + timedelta(minutes=5)
        if begin_sending(message_id=message.id, real_now=later) is not None:
            mark_sent(message_id=message.id, at=later)
    dispatch.drain()


def test_everybody_gets_one_message_in_their_language_and_the_next_update_is_kept(shop: Shop) -> None:
    incident, cases = incident_with(shop, 4)
    Conversation.objects.filter(case=cases[0]).update(language="en")
    row = begun(shop, asked(shop, incident))
    assert work_round(row.id, moment(shop)) == 0
    row.refresh_from_db()
    assert (row.state, row.finished_at) == ("done", shop.now)
    assert set(said(incident).values()) == {1}
    english = Message.objects.get(conversation=cases[0].conversation, direction="out", is_auto=False)
    assert english.text == WORDS["en"]
    before = {case.id: next_update(case) for case in cases}
    shop.later(minutes=10)
    send_all(shop)
    for case in cases:
        assert next_update(case) > before[case.id]
        assert Case.objects.get(id=case.id).status in (Status.NEW, Status.OPEN)  # nobody is asked for an answer


def test_killed_half_way_it_goes_on_and_nobody_gets_two(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    incident, _cases = incident_with(shop, 7)
    row = begun(shop, asked(shop, incident))
    done: list[int] = []
    plain = treating.treat

    def dying(item: RoundItem, at: Moment) -> None:
        plain(item, at)
        done.append(item.pk)
        if len(done) == 4:  # the reply is written, its transaction is not committed
            raise SystemExit("killed")

    monkeypatch.setattr(rounds, "treat", dying)
    with pytest.raises(SystemExit):
        work_round(row.id, moment(shop))
    assert sum(said(incident).values()) == 3
    monkeypatch.setattr(rounds, "treat", plain)
    assert work_round(row.id, moment(shop)) == 0
    assert work_round(row.id, moment(shop)) == 0
    assert set(said(incident).values()) == {1}
    assert begun(shop, row).state == "done"


def test_two_workers_at_once_send_each_message_once(shop: Shop) -> None:
    incident, _cases = incident_with(shop, 8)
    row = begun(shop, asked(shop, incident))

    def work() -> None:
        try:
            work_round(row.id, moment(shop))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert work_round(row.id, moment(shop)) == 0
    assert list(said(incident).values()) == [1] * 8


def test_what_has_not_left_is_taken_back_and_becomes_nobodys_draft(shop: Shop) -> None:
    incident, cases = incident_with(shop, 3)
    row = begun(shop, asked(shop, incident))
    work_round(row.id, moment(shop))
    first = Message.objects.filter(direction="out", is_auto=False).order_by("created_at").first()
    assert first is not None
    assert begin_sending(message_id=first.id, real_now=shop.now + timedelta(minutes=1)) is not None
    begin_undo(round_id=row.id, viewer=shop.viewer("zhao"), at=shop.now, real_now=shop.now)
    assert work_round(row.id, moment(shop)) == 0
    row.refresh_from_db()
    assert row.state == "undone"
    assert sorted(row.items.values_list("state", flat=True)) == ["kept", "undone", "undone"]
    assert sum(said(incident).values()) == 1
    assert not Draft.objects.exists()
    assert cases[0].conversation is not None


def test_who_joins_later_can_be_told_the_same_and_nobody_again(shop: Shop) -> None:
    incident, _cases = incident_with(shop, 2)
    row = begun(shop, asked(shop, incident))
    work_round(row.id, moment(shop))
    again = partial(extend_round, round_id=row.id, viewer=shop.viewer("zhao"), at=shop.now, real_now=shop.now)
    with pytest.raises(NobodyAffected):
        again()
    join(shop, incident, shop.hears("付不了款", who="late"))
    row.refresh_from_db()
    assert unsaid(row) == 1
    again()
    work_round(row.id, moment(shop))
    assert list(said(incident).values()) == [1, 1, 1]
    assert unsaid(row) == 0


def test_whoever_cannot_be_reached_is_named_and_the_others_are_written_to(shop: Shop) -> None:
    incident, cases = incident_with(shop, 2)
    phone = Channel.objects.create(code="phone", kind="phone", store=shop.cast.stores["web"])
    Conversation.objects.filter(case=cases[0]).update(channel=phone)
    Channel.objects.filter(code="webchat").update(is_active=True)
    Identity.objects.filter(customer=cases[0].customer).delete()
    row = asked(shop, incident)
    items = row.items.select_related("round", "case__conversation__channel", "case__customer").order_by("place")
    found = {item.case_id: hindrance_of(item, item.case, shop.viewer("zhao")) for item in items}
    assert found == {cases[0].id: "Unreachable", cases[1].id: ""}
    begun(shop, row)
    work_round(row.id, moment(shop))
    assert dict(row.items.values_list("case_id", "refusal")) == found


def test_a_merged_case_is_written_to_once_through_its_survivor(shop: Shop) -> None:
    incident, cases = incident_with(shop, 2)
    outside = shop.hears("付款失败", who="v-9")
    row = begun(shop, asked(shop, incident))
    viewer = shop.viewer("zhao")
    merge_cases(case_id=cases[0].id, into_id=outside.id, viewer=viewer, at=shop.now)
    merge_cases(case_id=cases[1].id, into_id=outside.id, viewer=viewer, at=shop.now)
    work_round(row.id, moment(shop))
    assert Message.objects.filter(direction="out", is_auto=False).count() == 1
    assert dict(row.items.values_list("case_id", "state")) == {
        cases[0].id: "merged",
        cases[1].id: "merged",
        outside.id: "done",
    }


def test_others_cases_are_refused_and_the_rest_is_done(shop: Shop) -> None:
    incident, cases = incident_with(shop, 2)
    Case.objects.filter(id=cases[0].id).update(team=shop.cast.teams["after_sales"], owner=None)
    row = begun(shop, asked(shop, incident))
    work_round(row.id, moment(shop))
    found = dict(row.items.values_list("case_id", "refusal"))
    assert found == {cases[0].id: "CaseNotFound", cases[1].id: ""}


def test_who_only_reads_elsewhere_writes_to_nobody_there_however_many_there_are(shop: Shop) -> None:
    incident, cases = incident_with(shop, 2)
    zhao, nanjing = shop.cast.people["zhao"], shop.cast.stores["nanjing"]
    zhao.grants.all().delete()
    Grant.objects.create(user=zhao, role="team_lead", store=nanjing)
    Grant.objects.create(user=zhao, role="analyst")
    Case.objects.filter(id=cases[1].id).update(store=nanjing)
    row = begun(shop, asked(shop, incident))
    work_round(row.id, moment(shop))  # as the worker does it, with all there is of her
    assert dict(row.items.values_list("case_id", "refusal")) == {cases[0].id: "CaseNotFound", cases[1].id: ""}
    row = begun(shop, asked(shop, incident, RESOLVE, outcome="solved", cause="product"))
    work_round(row.id, moment(shop))
    assert set(Case.objects.filter(status=Status.RESOLVED).values_list("id", flat=True)) == {cases[1].id}


@pytest.mark.parametrize(
    ("wanted", "kind", "refusal"),
    [
        (Wanted(texts={"en": " "}), SAY, RoundWordless),
        (Wanted(texts={"en": "{{order.nr}}"}), SAY, VariableUnknown),
        (Wanted(outcome="solved"), RESOLVE, IncidentUnsound),
        (Wanted(texts=WORDS), "shout", IncidentUnsound),
    ],
)
def test_nonsense_is_refused_before_anybody_is_written_to(
    shop: Shop, wanted: Wanted, kind: str, refusal: type[Exception]
) -> None:
    incident, _cases = incident_with(shop, 1)
    with pytest.raises(refusal):
        ask_round(wanted, kind=kind, incident_id=incident.id, viewer=shop.viewer("zhao"), at=shop.now)
    assert not Round.objects.exists()


def test_who_only_reads_or_only_steers_sends_nothing_and_communication_may(shop: Shop) -> None:
    incident, _cases = incident_with(shop, 1)
    manager = shop.cast.people["zhou"]
    Grant.objects.create(user=manager, role="process_manager")
    for who in ("wang", "zhou"):
        with pytest.raises(NotInCharge):
            ask_round(Wanted(WORDS), kind=SAY, incident_id=incident.id, viewer=shop.viewer(who), at=shop.now)
    incident.holdings.create(part="communication", user=shop.cast.people["wang"], since=shop.now)
    ask_round(Wanted(WORDS), kind=SAY, incident_id=incident.id, viewer=shop.viewer("wang"), at=shop.now)
    closing = Wanted(outcome="solved", cause="product")
    with pytest.raises(NotInCharge):
        ask_round(closing, kind=RESOLVE, incident_id=incident.id, viewer=shop.viewer("wang"), at=shop.now)


def test_only_one_round_runs_at_a_time(shop: Shop) -> None:
    incident, _cases = incident_with(shop, 1)
    first = begun(shop, asked(shop, incident))
    second = asked(shop, incident)
    with pytest.raises(RoundUnderWay):
        begun(shop, second)
    work_round(first.id, moment(shop))
    assert begun(shop, second).state == "running"


def test_all_are_resolved_but_those_with_a_reason_against_it(shop: Shop) -> None:
    incident, cases = incident_with(shop, 5)
    viewer: Viewer = shop.viewer("zhao")
    team = shop.cast.teams["after_sales"].id
    ask_team(case_id=cases[0].id, team_id=team, question="查一下", minutes=60, viewer=viewer, at=shop.now)
    resolve_case(case_id=cases[1].id, outcome="answered", cause="other", viewer=viewer, at=shop.now)
    row = asked(shop, incident, RESOLVE, outcome="solved", cause="product")
    close_case(case_id=cases[2].id, viewer=viewer, at=shop.now, outcome="solved", cause="product")
    begun(shop, row)
    assert work_round(row.id, moment(shop)) == 0
    assert dict(row.items.values_list("case_id", "refusal")) == {
        cases[0].id: "ErrandOpen",
        cases[1].id: "ResolvedAlready",
        cases[2].id: "CaseAlreadyClosed",
        cases[3].id: "",
        cases[4].id: "",
    }
    resolved = Case.objects.filter(status=Status.RESOLVED, outcome="solved", cause="product")
    assert set(resolved.values_list("id", flat=True)) == {cases[3].id, cases[4].id}
    begin_undo(round_id=row.id, viewer=viewer, at=shop.now, real_now=shop.now)
    work_round(row.id, moment(shop))
    assert set(Case.objects.filter(id__in=[c.id for c in cases[3:]]).values_list("status", flat=True)) == {"open"}


def test_closing_with_words_says_them_once_and_the_case_stays_resolved(shop: Shop) -> None:
    incident, cases = incident_with(shop, 2)
    wanted = Wanted(texts={"zh-Hans": "已修复，{{case.number}}"}, outcome="solved", cause="product")
    row = ask_round(wanted, kind=RESOLVE, incident_id=incident.id, viewer=shop.viewer("zhao"), at=shop.now)
    begun(shop, row)
    work_round(row.id, moment(shop))
    send_all(shop)
    texts = Message.objects.filter(direction="out", is_auto=False).values_list("text", flat=True)
    assert sorted(texts) == sorted(f"已修复，{case.number}" for case in cases)
    assert set(Case.objects.values_list("status", flat=True)) == {Status.RESOLVED}


def test_a_missing_language_is_said_before(shop: Shop) -> None:
    incident, cases = incident_with(shop, 2)
    Conversation.objects.filter(case=cases[0]).update(language="zh-Hant")
    row = asked(shop, incident)
    there = [item.case for item in row.items.select_related("case__conversation")]
    assert missing_languages(row, there) == {"zh-Hant": 1}
