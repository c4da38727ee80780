"""A pilot from the plan to the decision: what is refused, what each step changes, and what it leaves behind."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from zhoudao.conduct.flows.models import FlowDraft, FlowVersion, PilotStore
from zhoudao.conduct.flows.versions import live_version
from zhoudao.conduct.pilots.commands import (
    add_item,
    begin_phase,
    choose_stores,
    decide_pilot,
    give_up_pilot,
    note_harm,
    optimise_pilot,
    plan_pilot,
    start_pilot,
    tick_item,
)
from zhoudao.conduct.pilots.models import Finding, Pilot
from zhoudao.conduct.pilots.refusals import (
    ChecklistOpen,
    DatesUnsound,
    DecisionUnsound,
    ItemUnsound,
    NoControls,
    NotAtThisStage,
    OneStoreOnly,
    OutcomesUnsound,
    OwnerUnknown,
    PilotNotFound,
    PilotUnsaid,
    StoresTaken,
    StoresUnknown,
    VersionUnsound,
)
from zhoudao.conduct.pilots.tests.street import Street
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice
from zhoudao.kit.ids import uuid7

pytestmark = pytest.mark.django_db


def told(pilot: Pilot) -> list[str]:
    rows = Event.objects.filter(primary_id=pilot.id).order_by("seq")
    return [name.removeprefix("pilots.Pilot") for name in rows.values_list("type", flat=True)]


def version_in(street: Street, code: str) -> int | None:
    found = live_version("complaint", street.stores[code].id)
    return found.number if found else None


@pytest.mark.parametrize(
    ("wrong", "refusal"),
    [
        ({"name": " "}, PilotUnsaid),
        ({"question": ""}, PilotUnsaid),
        ({"change": ""}, PilotUnsaid),
        ({"outcomes": ()}, OutcomesUnsound),
        ({"outcomes": ("recommend",)}, OutcomesUnsound),
        ({"outcomes": ("resolution", "resolution")}, OutcomesUnsound),
        ({"least": 0.0}, OutcomesUnsound),
        ({"least": float("nan")}, OutcomesUnsound),
        ({"kind": "colour"}, OutcomesUnsound),
        ({"start_date": date(2026, 3, 9)}, DatesUnsound),
        ({"start_date": date(2028, 3, 9)}, DatesUnsound),
        ({"weeks": 0}, DatesUnsound),
        ({"before_weeks": 60}, DatesUnsound),
        ({"owner_id": uuid7()}, OwnerUnknown),
        ({"version_id": uuid7()}, VersionUnsound),
        ({"is_everywhere": True, "start_date": date(2026, 3, 11)}, DatesUnsound),
    ],
)
def test_an_unsound_plan_is_refused_and_nothing_is_kept(
    street: Street, wrong: dict[str, object], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        street.planned(**wrong)
    assert not Pilot.objects.exists()


def test_what_is_live_for_all_cannot_be_tried(street: Street) -> None:
    street.flow()
    live = FlowVersion.objects.get(is_live=True)
    with pytest.raises(VersionUnsound):
        street.planned(version_id=live.id)


def test_what_is_being_drawn_becomes_a_version_that_is_live_nowhere_until_the_pilot_starts(street: Street) -> None:
    tried = street.flow()
    FlowDraft.objects.create(
        key="complaint", source=bytes(tried.source), seen=tried.version, saved_at=street.now, saved_by="user:x"
    )
    pilot = street.chosen(street.planned(draft_key="complaint", change=""))
    assert pilot.version is not None
    assert (pilot.version.version, pilot.version.is_live) == (tried.version + 1, False)
    assert not FlowDraft.objects.exists()
    assert version_in(street, "bund") == 1
    start_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now, reason="x")
    assert version_in(street, "bund") == pilot.version.version


def test_one_store_no_controls_and_stores_of_another_pilot_are_refused_with_the_reason(street: Street) -> None:
    version = street.flow()
    pilot = street.planned(version_id=version.id)
    with pytest.raises(OneStoreOnly):
        street.chosen(pilot, "bund", "garden harbour")
    with pytest.raises(NoControls):
        street.chosen(pilot, "bund garden harbour", "market")
    with pytest.raises(StoresUnknown):
        street.chosen(pilot, "bund garden", "garden harbour")
    Store.objects.filter(code="station").update(closed_at=street.now)
    with pytest.raises(StoresUnknown):
        street.chosen(pilot)
    street.chosen(pilot, "bund garden", "harbour market")
    other = street.planned(version_id=version.id)
    with pytest.raises(StoresTaken) as refused:
        street.chosen(other, "bund museum", "market garden")
    assert refused.value.detail == "外滩店, 豫园店, 市场店"
    street.chosen(street.planned(), "bund museum", "market garden")  # of no flow: nothing of it is changed there


def test_a_store_where_the_flow_is_on_trial_already_is_refused(street: Street) -> None:
    version = street.flow()
    another = street.flow("complaint")
    PilotStore.objects.create(key="complaint", store=street.stores["market"], version=another)
    with pytest.raises(StoresTaken):
        street.chosen(street.planned(version_id=version.id))


def test_it_starts_when_everything_is_ticked_or_with_a_reason_and_its_stores_go_by_it(street: Street) -> None:
    version = street.flow()
    pilot = street.planned(version_id=version.id)
    with pytest.raises(OneStoreOnly):
        start_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now, reason="x")
    street.chosen(pilot)
    with pytest.raises(ChecklistOpen):
        start_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now)
    assert version_in(street, "bund") == 1
    for item in pilot.items.filter(stage="prepare"):
        tick_item(pilot_id=pilot.id, item_id=item.id, is_done=True, viewer=street.viewer, at=street.now)
    start_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now)
    assert {code: version_in(street, code) for code in ("bund", "garden", "market")} == {
        "bund": 2, "garden": 2, "market": 1,
    }  # fmt: skip
    assert told(pilot) == ["Planned", "StoresChosen", *["ItemTicked"] * 6, "Started"]
    with pytest.raises(NotAtThisStage):
        start_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now)
    with pytest.raises(NotAtThisStage):
        street.chosen(pilot)


def test_when_the_flow_refuses_nothing_has_started(street: Street) -> None:
    version = street.flow()
    pilot = street.chosen(street.planned(version_id=version.id))
    Store.objects.filter(code="bund").update(closed_at=street.now)
    with pytest.raises(Exception, match="no such store"):
        start_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now, reason="x")
    pilot.refresh_from_db()
    assert (pilot.stage, pilot.started_at, PilotStore.objects.count()) == ("prepare", None, 0)


def test_every_pilot_store_confirms_that_its_people_are_trained(street: Street) -> None:
    pilot = street.chosen(street.planned())
    trained = pilot.items.get(code="pilot_trained", store=street.stores["bund"])
    tick_item(pilot_id=pilot.id, item_id=trained.id, is_done=True, viewer=street.viewer, at=street.now)
    street.chosen(pilot, "bund museum", "harbour market")
    rows = pilot.items.filter(code="pilot_trained").order_by("store__code")
    assert [(row.store.code, row.ticked_at is not None) for row in rows if row.store] == [
        ("bund", True), ("museum", False),
    ]  # fmt: skip


def test_items_of_ones_own_are_asked_for_too_and_ticks_are_taken_back(street: Street) -> None:
    pilot = street.planned()
    item = add_item(pilot_id=pilot.id, stage="prepare", words="海报 13912340000", viewer=street.viewer, at=street.now)
    assert "13912340000" not in item.words
    for is_done in (True, True, False):
        item = tick_item(pilot_id=pilot.id, item_id=item.id, is_done=is_done, viewer=street.viewer, at=street.now)
    assert (item.ticked_at, told(pilot).count("ItemTicked")) == (None, 2)
    with pytest.raises(ItemUnsound):
        add_item(pilot_id=pilot.id, stage="over", words="x", viewer=street.viewer, at=street.now)
    with pytest.raises(ItemUnsound):
        tick_item(pilot_id=pilot.id, item_id=uuid7(), is_done=True, viewer=street.viewer, at=street.now)


def test_the_next_version_takes_the_place_of_the_tried_one_as_a_phase_of_its_own(street: Street) -> None:
    version = street.flow()
    pilot = street.running(version_id=version.id)
    better = street.flow()
    with pytest.raises(NotAtThisStage):
        begin_phase(pilot_id=pilot.id, version_id=better.id, viewer=street.viewer, at=street.now)
    optimise_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now, reason="够了")
    later = street.now + timedelta(days=14)
    for wrong in (version.id, street.flow("inquiry").id, uuid7(), None):
        with pytest.raises(VersionUnsound):
            begin_phase(pilot_id=pilot.id, version_id=wrong, viewer=street.viewer, at=later)
    begin_phase(pilot_id=pilot.id, version_id=better.id, viewer=street.viewer, at=later)
    phases = list(pilot.phases.order_by("number").values_list("version", "began_at", "ended_at"))
    assert phases == [(version.id, street.now, later), (better.id, later, None)]
    assert version_in(street, "garden") == better.version


@pytest.mark.parametrize(("decision", "bund", "market"), [("roll_out", 2, 2), ("keep", 2, 1), ("go_back", 1, 1)])
def test_the_decision_is_done_at_once_and_told_with_its_reason(
    street: Street, decision: str, bund: int, market: int
) -> None:
    pilot = street.running(version_id=street.flow().id)
    for wrong in ({"decision": decision, "why": "other"}, {"decision": "x", "why": "better"}):
        with pytest.raises(DecisionUnsound):
            decide_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now, **wrong)
    decide_pilot(pilot_id=pilot.id, decision=decision, why="better", viewer=street.viewer, at=street.now, words="好")
    assert (version_in(street, "bund"), version_in(street, "market")) == (bund, market)
    event = Event.objects.filter(primary_id=pilot.id).latest("seq")
    assert event.attributes == {"decision": f"pilot_{decision}", "why": "pilot_better"}
    pilot.refresh_from_db()
    assert (pilot.stage, pilot.why_words, pilot.phases.get().ended_at) == ("over", "好", street.now)
    with pytest.raises(NotAtThisStage):
        decide_pilot(pilot_id=pilot.id, decision=decision, why="better", viewer=street.viewer, at=street.now)


@pytest.mark.parametrize("stops", [False, True])
def test_harm_is_told_to_its_owner_once_and_takes_the_version_back_where_that_was_wanted(
    street: Street, stops: bool
) -> None:
    pilot = street.running(version_id=street.flow().id, stops_itself=stops)
    phase = pilot.phases.get()
    given: dict[str, Any] = {"pilot_id": pilot.id, "phase_id": phase.pk, "outcome": "resolution", "at": street.now}
    assert [note_harm(**given), note_harm(**given)] == [True, False]
    notice = Notice.objects.get(user=pilot.owner)
    assert (notice.kind, notice.address) == ("pilot_harm", f"/desk/pilots/{pilot.id}/")
    pilot.refresh_from_db()
    assert pilot.harmed_at == street.now
    assert (pilot.stage, version_in(street, "bund")) == (("over", 1) if stops else ("run", 2))
    assert told(pilot)[-1] == ("Decided" if stops else "HarmSeen")


def test_what_was_changed_everywhere_is_compared_at_once_and_has_no_controls(street: Street) -> None:
    pilot = street.planned(is_everywhere=True, start_date=date(2026, 2, 10))
    assert (pilot.stage, pilot.phases.count(), pilot.items.count()) == ("run", 1, 0)
    assert pilot.findings.get().of == Finding.Of.COMPARISON
    with pytest.raises(NotAtThisStage):
        street.chosen(pilot)
    with pytest.raises(NotAtThisStage):
        optimise_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now, reason="x")
    give_up_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now)
    assert not Pilot.objects.exists()


def test_it_is_given_up_before_it_begins_and_not_after(street: Street) -> None:
    pilot = street.running()
    with pytest.raises(NotAtThisStage):
        give_up_pilot(pilot_id=pilot.id, viewer=street.viewer, at=street.now)
    planned = street.planned()
    give_up_pilot(pilot_id=planned.id, viewer=street.viewer, at=street.now)
    assert list(Pilot.objects.all()) == [pilot]


def test_who_may_not_change_processes_finds_no_pilot(street: Street) -> None:
    pilot = street.planned()
    reader = replace(street.viewer, permissions=frozenset(["improvement:read"]))
    with pytest.raises(PilotNotFound):
        plan_pilot(plan=street.plan(), viewer=reader, at=street.now)
    with pytest.raises(PilotNotFound):
        choose_stores(pilot_id=pilot.id, pilots=[], controls=[], viewer=reader, at=street.now)
