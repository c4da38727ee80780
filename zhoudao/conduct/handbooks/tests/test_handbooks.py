"""Handbooks of a flow version: what stands in them, who approves, who has read, who is asked again."""

from dataclasses import dataclass
from datetime import timedelta

import pytest

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.flows.tests.bench import Bench, a_bench, commands
from zhoudao.conduct.flows.versions import version_of
from zhoudao.conduct.handbooks.commands import (
    approve_edition,
    confirm_edition,
    draft_edition,
    open_edition,
    register_kinds,
    remind_readers,
)
from zhoudao.conduct.handbooks.content import changes, pages, teams_of
from zhoudao.conduct.handbooks.models import Edition, Reading, State
from zhoudao.conduct.handbooks.queries import (
    edition_for_step,
    edition_of,
    handbooks_for,
    positions,
    readers,
    readiness,
    unread_count,
)
from zhoudao.conduct.handbooks.refusals import (
    NewerApproved,
    NoSteps,
    NotADraft,
    NotAsked,
    NotOpened,
    OwnEdition,
    RemindedEnough,
)
from zhoudao.ground.accounts.models import Grant, User
from zhoudao.ground.accounts.viewer import of_user
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.notices.models import Notice

pytestmark = pytest.mark.django_db
FLOW = """
    start s name=来了
    user look team=reception name=受理 target=PT4H text=我们在看 instructions=先问清楚 purpose=弄清问题 form=fault
    xor x default=x_answer
    service tell name=通知仓库 command=stock.tell
    user repair team=after_sales name=上门
    user answer team=reception name=答复
    boundary late name=超时 host=answer timer=PT2H
    user chase team=reception name=催办
    end e name=完成
    s -> look -> x
    x -> tell : fault == "broken"
    x => answer
    tell -> repair -> answer
    answer -> e
    late -> chase -> e
"""


@dataclass
class Desk:
    """The bench with two process managers."""

    bench: Bench
    manager: User
    other: User

    def deploys(self, lines: str = FLOW) -> FlowVersion:
        with commands(stock__tell=lambda call: None):
            return self.bench.deploy(lines)

    def drafts(self, version: FlowVersion, team: str = "reception") -> Edition:
        team_id = self.bench.cast.teams[team].id
        at = self.bench.now
        return draft_edition(version_id=version.id, team_id=team_id, viewer=of_user(self.manager), at=at)

    def approves(self, edition: Edition) -> Edition:
        return approve_edition(edition_id=edition.id, viewer=of_user(self.other), at=self.bench.now)

    def reads(self, name: str, edition: Edition) -> Reading:
        viewer = self.bench.cast.viewer(name)
        open_edition(edition_id=edition.id, viewer=viewer, at=self.bench.now)
        return confirm_edition(edition_id=edition.id, viewer=viewer, at=self.bench.now)


def a_desk() -> Desk:
    bench = a_bench()
    people = []
    for name in ("ma", "xu"):
        user = User.objects.create_user(email=f"{name}@example.com", password="x" * 12, name=name)
        Grant.objects.create(user=user, role="process_manager")
        people.append(user)
    register_kinds()
    return Desk(bench, *people)


@pytest.fixture
def desk() -> Desk:
    return a_desk()


def test_a_position_has_its_own_steps_with_all_they_carry(desk: Desk) -> None:
    version = version_of(desk.deploys().id)
    assert teams_of(version.graph) == ("reception", "after_sales")
    found = pages(version, "reception", "zh-hans")
    assert [page.name for page in found] == ["受理", "答复", "催办"]
    look = found[0]
    assert (look.purpose, look.instructions, look.text, look.target) == (
        "弄清问题",
        "先问清楚",
        "我们在看",
        timedelta(hours=4),
    )
    assert [field.name for field in look.fields] == ["fault"]
    assert [one.name for one in look.before] == ["来了"]
    assert [(one.name, one.kind, one.detail) for one in look.after] == [
        ("通知仓库", "system", "stock.tell"),
        ("答复", "person", ""),
        ("上门", "person", ""),
    ]
    assert [one.name for one in found[1].limits] == ["超时"]
    states = {shape.id: shape.state for shape in look.shapes}
    assert states["look"] == "current"
    assert set(states.values()) == {"current", "idle"}
    assert [page.name for page in pages(version, "after_sales", "en")] == ["上门"]


def test_a_team_without_steps_has_no_handbook_and_the_same_is_made_once(desk: Desk) -> None:
    version = desk.deploys()
    with pytest.raises(NoSteps):
        desk.drafts(version, "customer_relations")
    first = desk.drafts(version)
    assert desk.drafts(version).id == first.id
    assert (first.state, first.number) == (State.DRAFT, 1)


def test_who_made_it_does_not_approve_it_while_there_are_others(desk: Desk) -> None:
    edition = desk.drafts(desk.deploys())
    with pytest.raises(OwnEdition):
        approve_edition(edition_id=edition.id, viewer=of_user(desk.manager), at=desk.bench.now)
    desk.approves(edition)
    with pytest.raises(NotADraft):
        desk.approves(edition)
    alone = desk.drafts(FlowVersion.objects.get(), "after_sales")
    User.objects.exclude(id=desk.manager.id).update(is_active=False)
    assert approve_edition(edition_id=alone.id, viewer=of_user(desk.manager), at=desk.bench.now).state == "approved"


def test_approval_asks_the_positions_people_and_nobody_else(desk: Desk) -> None:
    edition = desk.drafts(desk.deploys())
    assert unread_count(desk.bench.cast.viewer("wang")) == 0
    desk.approves(edition)
    told = set(Notice.objects.filter(kind="handbook_new").values_list("user__name", flat=True))
    assert told == {"王芳", "李强", "赵敏"}
    assert [unread_count(desk.bench.cast.viewer(name)) for name in ("wang", "sun")] == [1, 0]
    fact = Event.objects.get(type="handbooks.EditionApproved")
    assert (fact.attributes["asked"], fact.attributes["carried"]) == (3, 0)


def test_read_is_what_was_opened_and_confirmed_by_its_people(desk: Desk) -> None:
    edition = desk.drafts(desk.deploys())
    with pytest.raises(NotAsked):
        desk.reads("wang", edition)
    desk.approves(edition)
    wang = desk.bench.cast.viewer("wang")
    with pytest.raises(NotOpened):
        confirm_edition(edition_id=edition.id, viewer=wang, at=desk.bench.now)
    desk.reads("wang", edition)
    desk.bench.later(hours=1)
    desk.reads("wang", edition)
    with pytest.raises(NotAsked):
        desk.reads("sun", edition)
    shown = edition_of(edition.id)
    assert shown is not None
    found = {row.name: row.read_at for row in readers(shown)}
    assert found["王芳"] == desk.bench.now - timedelta(hours=1)
    assert (found["李强"], found["赵敏"]) == (None, None)
    (position, _) = positions(version_of(edition.version_id))
    assert (position.read, position.asked, position.share) == (1, 3, 1 / 3)
    assert unread_count(wang) == 0
    assert [note.read_at is not None for _, note in handbooks_for(wang) if note] == [True]
    assert Event.objects.filter(type="handbooks.EditionRead").count() == 1


def test_a_new_edition_asks_only_those_again_whose_steps_differ(desk: Desk) -> None:
    first = desk.deploys()
    ours, theirs = desk.approves(desk.drafts(first)), desk.approves(desk.drafts(first, "after_sales"))
    desk.reads("wang", ours)
    desk.reads("sun", theirs)
    second = desk.deploys(FLOW.replace("instructions=先问清楚", "instructions=先看订单"))
    ours, theirs = desk.approves(desk.drafts(second)), desk.approves(desk.drafts(second, "after_sales"))
    assert ours.changes == {"added": [], "removed": [], "changed": ["look"]}
    assert not any(theirs.changes.values())
    assert Edition.objects.filter(state=State.SUPERSEDED).count() == 2
    assert unread_count(desk.bench.cast.viewer("wang")) == 1
    assert unread_count(desk.bench.cast.viewer("sun")) == 0
    carried = Reading.objects.get(edition=theirs)
    assert (carried.carried, carried.user) == (True, desk.bench.cast.people["sun"])
    versions = [
        (row.version, [(one.team.code, one.read, one.asked) for one in found]) for row, found in readiness("inquiry")
    ]
    assert versions[0] == (2, [("reception", 0, 3), ("after_sales", 1, 1)])


def test_an_older_version_does_not_take_over_from_a_newer_one(desk: Desk) -> None:
    first = desk.deploys()
    late = desk.drafts(first)
    second = desk.deploys(FLOW.replace("name=催办", "name=再催"))
    desk.approves(desk.drafts(second))
    with pytest.raises(NewerApproved):
        desk.approves(late)


def test_steps_that_come_go_or_are_reached_otherwise_are_named(desk: Desk) -> None:
    before = version_of(desk.deploys().id).graph
    gone = FLOW.replace("    user chase team=reception name=催办\n", "").replace("late -> chase -> e", "late -> e")
    after = version_of(desk.deploys(gone).id).graph
    assert changes(before, after, "reception") == {"added": [], "removed": ["chase"], "changed": []}
    assert changes(after, before, "reception") == {"added": ["chase"], "removed": [], "changed": []}
    assert not any(changes(before, after, "after_sales").values())


def test_reminders_are_capped(desk: Desk) -> None:
    edition = desk.approves(desk.drafts(desk.deploys()))
    desk.reads("wang", edition)
    lead = desk.bench.cast.viewer("zhao")

    def remind() -> int:
        return remind_readers(edition_id=edition.id, viewer=lead, at=desk.bench.now)

    assert remind() == 2
    with pytest.raises(RemindedEnough):
        remind()
    for _ in range(2):
        desk.bench.later(days=1)
        assert remind() == 2
    desk.bench.later(days=1)
    with pytest.raises(RemindedEnough):
        remind()


def test_a_step_finds_its_page(desk: Desk) -> None:
    version, reception = desk.deploys(), desk.bench.cast.teams["reception"]
    edition = desk.drafts(version)
    assert edition_for_step(version.id, reception.id) is None
    desk.approves(edition)
    assert edition_for_step(version.id, reception.id) == edition.id
