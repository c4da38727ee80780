"""The demo company's months: lived whole and once, as if today did not hear of it."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest

from zhoudao.conduct import flows
from zhoudao.conduct.flows.commands import problems_of
from zhoudao.conduct.flows.models import Run
from zhoudao.doors.cli import demo_months as months
from zhoudao.doors.cli.demo_company import make_company
from zhoudao.doors.cli.demo_redraw import NotAsShipped, answered_first
from zhoudao.doors.cli.founding import found_installation
from zhoudao.engines.bpmn.parse import parse
from zhoudao.ground.eventlog import dispatch
from zhoudao.ground.eventlog.models import Event, Parked
from zhoudao.ground.notices.models import Notice
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.commands import Claim, Inbound, receive_message
from zhoudao.rooms.voice.models import Asking, Rating

MIDNIGHT = datetime(2026, 11, 21, 16, tzinfo=UTC)


def shipped(key: str) -> bytes:
    return (Path(flows.__file__).parent / "shipped" / f"{key}.bpmn").read_bytes()


def waits_in_line() -> Case:
    """Somebody complains at night, when nobody of customer relations works."""
    claims = [Claim("visitor", "tonight", scope="webchat")]
    inbound = Inbound(
        channel="webchat",
        external_id="tonight-1",
        claims=claims,
        text="没人管，我要投诉",
        kind="complaint",
        store="web",
    )
    conversation_id = receive_message(inbound=inbound, at=MIDNIGHT).conversation_id
    dispatch.drain()
    return Case.objects.get(conversation_id=conversation_id)


@pytest.mark.django_db(transaction=True)
def test_its_cases_are_lived_whole_and_nobody_of_today_hears_of_them() -> None:
    found_installation(at=MIDNIGHT)
    make_company(at=MIDNIGHT)
    assert problems_of(answered_first(shipped("complaint"))) == []
    tonight = waits_in_line()
    assert tonight.owner_id is None
    told, founded = Notice.objects.count(), months.founded_at()
    planned = months.planned(founded)
    assert len({one.matter.key for one in planned}) == months.TOTAL
    assert planned[-1].matter.opened_at < founded - months.LAST
    some = [*[one for one in planned if one.matter.kind == "complaint"][:4], planned[0]]
    for one in some:
        case = months.live_one(one)
        assert (case.status, case.opened_at, case.kind) == ("closed", one.matter.opened_at, one.matter.kind)
    assert months.lived() == {one.matter.key for one in some}
    assert set(Run.objects.filter(object_id__in=_ours()).values_list("status", flat=True)) == {"completed"}
    happened = Event.objects.count()
    dispatch.drain()
    assert (Event.objects.count(), Notice.objects.count(), Parked.objects.count()) == (happened, told, 0)
    assert not Asking.objects.exists(), "nobody is asked today how it was then"
    assert Rating.objects.filter(rated_at__gte=founded).count() == 0
    tonight.refresh_from_db()
    assert tonight.owner_id is None, "whoever waits today is given to nobody of then"
    again = {one.matter.key: one.matter for one in months.planned(founded)}
    assert all(again[one.matter.key] == one.matter for one in some), "who goes on later goes on with the same"


def _ours() -> list[UUID]:
    return list(Case.objects.filter(status="closed").values_list("id", flat=True))


def test_its_redrawn_complaint_flow_answers_first() -> None:
    source = answered_first(shipped("complaint"))
    graph = parse(source)
    ways = {(graph.nodes[flow.source].id, graph.nodes[flow.target].id) for flow in graph.flows}
    assert ("acknowledge", "answer") in ways
    assert ("acknowledge", "investigate") not in ways
    with pytest.raises(NotAsShipped):
        answered_first(source)
