"""The full circle: complaints take too long; the diagnosis says where; the flow is changed in the studio, tried on
paper, then in two of six shops on the same traffic, compared, and rolled out.
"""

import re
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from zhoudao.conduct.flows import conductor
from zhoudao.conduct.flows.commands import complete_task, ensure_shipped_flows
from zhoudao.conduct.flows.models import FlowVersion, Task
from zhoudao.conduct.flows.versions import live_version
from zhoudao.conduct.improvement.models import Initiative
from zhoudao.conduct.insight.experimenting import outcome_of
from zhoudao.conduct.insight.models import Experiment, Report
from zhoudao.conduct.insight.reporting import body_of
from zhoudao.conduct.pilots.finding import ask_finding
from zhoudao.conduct.pilots.models import Finding, Pilot
from zhoudao.doors.cli.demo_redraw import answered_first
from zhoudao.doors.desk.inbox.tests.conftest import shop, sign_in
from zhoudao.doors.desk.insight import tasks as reports
from zhoudao.doors.desk.lab import tasks as experiments
from zhoudao.doors.desk.lab.tests.test_lab import form_of
from zhoudao.doors.desk.pilots import tasks as pilots
from zhoudao.ground.accounts.models import Store
from zhoudao.ground.eventlog.facts import Fact
from zhoudao.ground.eventlog.models import Event
from zhoudao.ground.eventlog.recording import About, By, record
from zhoudao.rooms.cases.events import CaseOpened, CaseResolved
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.tests.shop import TUESDAY, Shop
from zhoudao.rooms.conversations.events import ReplySent
from zhoudao.rooms.conversations.models import Channel, Conversation

__all__ = ["shop", "sign_in"]
SHOPS = ("bund", "garden", "harbour", "market", "museum", "station")
TRIED = SHOPS[:2]
BEFORE, AFTER = 4, 3
HOURS = {"investigate": 26.0, "answer": 4.0, "follow_up": 20.0}
DONE = {
    "investigate": {"finding": "运输磕碰", "responsible_department": "customer_relations"},
    "follow_up": {"satisfied": "on"},
}


class Street:
    """Six shops in which people complain, four times a week each, and are seen to as the flow says: what is open is
    done after about as many hours as it takes (`HOURS`), by the real conductor, under whatever version is live there.
    """

    def __init__(self, at: Shop) -> None:
        self.at, self.rng, self.numbers = at, Random(7), count(1)
        self.stores = [Store.objects.create(code=code, names={"zh-Hans": f"{code}店"}) for code in SHOPS]
        self.channel = Channel.objects.get(code="webchat")
        self.customer = at.hears("你好").customer
        self.hand = By(at.viewer("sun").actor)

    def lives(self, since: datetime, weeks: int) -> None:
        """So many weeks of complaints in every shop."""
        for week in range(weeks):
            for store in self.stores:
                for day in range(4):
                    opened = since + timedelta(days=7 * week + day, hours=self.rng.uniform(0, 8))
                    self.complains(store, opened)

    def complains(self, store: Store, opened: datetime) -> Case:
        """One complaint from its first word to its last."""
        talk = Conversation.objects.create(
            channel=self.channel, customer=self.customer, store=store, started_at=opened, last_message_at=opened
        )
        number = f"C2026-8{next(self.numbers):05}"
        case = Case.objects.create(
            number=number, kind="complaint", conversation=talk, customer=self.customer, store=store,
            team=self.at.cast.teams["customer_relations"], opened_at=opened, updated_at=opened,
        )  # fmt: skip
        self.happens(CaseOpened(number, "complaint", case.tier, "webchat", "customer_relations"), case, opened)
        moment = opened
        while task := Task.objects.filter(object_id=case.id, completed_at=None, cancelled_at=None).first():
            moment += timedelta(hours=HOURS[task.element] * self.rng.uniform(0.7, 1.3))
            if task.element == "answer":
                self.answered(case, moment)
            else:
                complete_task(task_id=task.id, result=DONE[task.element], by=self.hand, at=moment)
        return case

    def answered(self, case: Case, moment: datetime) -> None:
        """The customer has the answer and agrees."""
        self.happens(ReplySent("m", False, True, True), case, moment, kind="conversation")
        Case.objects.filter(id=case.id).update(
            status="closed", outcome="answered", cause="other", resolved_at=moment, updated_at=moment
        )
        self.happens(CaseResolved("answered", "other", None), case, moment)

    def happens(self, fact: Fact, case: Case, moment: datetime, *, kind: str = "case") -> None:
        """Recorded, and heard by the conductor."""
        id_ = case.id if kind == "case" else case.conversation_id
        assert id_ is not None
        by = By(self.hand.actor, case.store_id)
        objects = [About("case", case.id), About("conversation", case.conversation_id or case.id)]
        record(fact, at=moment, by=by, about=objects if kind == "case" else objects[::-1][:1])
        conductor.on_event(Event.objects.filter(type=fact.name, primary_id=id_).latest("seq"))


@pytest.fixture
def street(shop: Shop) -> Street:
    ensure_shipped_flows(shop.now)
    made = Street(shop)
    made.lives(TUESDAY - timedelta(weeks=BEFORE), BEFORE)
    return made


def diagnosed(client: Client, live: FlowVersion) -> Report:
    """Our own complaints, beside the flow in force."""
    client.post(reverse("insight"), {"object": "case", "since": "2026-02-01", "until": "2026-03-10"})
    report = Report.objects.get()
    reports.make_report(str(report.id))
    client.post(reverse("report_beside", args=[report.id]), {"version": str(live.id)})
    reports.make_report(str(report.id))
    report.refresh_from_db()
    assert (report.state, body_of(report)["flow_fault"]) == ("done", "")
    return report


def put_on_the_register(client: Client, report: Report, place: int) -> Initiative:
    """With what its page has filled in."""
    asked = {"report": str(report.id), "finding": str(place)}
    given = client.get(reverse("initiative_new"), asked).context["given"]
    client.post(reverse("initiative_new"), {**given, **asked})
    return Initiative.objects.get()


def redrawn(client: Client, live: FlowVersion) -> None:
    """In the studio: shops answer at once; the department looks into it only when the customer does not agree."""
    fresh = answered_first(bytes(live.source)).decode()
    saved = client.post(
        reverse("flow_draft_save", args=["complaint"]), {"source": fresh, "revision": "0", "version": str(live.id)}
    )
    assert [each for each in saved.json()["problems"] if each.get("blocks")] == []


def tried_on_paper(client: Client, report: Report) -> tuple[float, float, float]:
    """The lab begins with the log's own figures; without the investigation: the change of the median in seconds."""
    client.post(reverse("lab_begin"), {"flow": f"r:{report.id}"})
    one = Experiment.objects.get()
    experiments.run_experiment(str(one.id))
    client.post(reverse("experiment_add", args=[one.id]))
    variant = one.variants.get(place=1)
    form = client.get(reverse("variant", args=[variant.id])).context["form"]
    at = next(at for at, (step, _fields) in enumerate(form.steps()) if step.id == "investigate")
    client.post(reverse("variant", args=[variant.id]), form_of(client, variant) | {f"who-{at}": "out"})
    client.post(reverse("experiment_run", args=[one.id]))
    experiments.run_experiment(str(one.id))
    one.refresh_from_db()
    assert (one.state, one.fault) == ("done", "")
    assert "并排比较" in client.get(reverse("experiment", args=[one.id])).content.decode()
    low, middle, high = _difference(one)
    return low, middle, high


def _difference(one: Experiment) -> tuple[float, float, float]:
    rows: Any = (outcome_of(one) or {})["variants"][1]
    mean, low, high = rows["than"]["cycle_median|"][:3]
    return low, mean, high


def found(pilot: Pilot, of: str) -> None:
    """As the analyst does it."""
    pilots.find(str(pilot.id), of)


def planned(client: Client, street: Street) -> Pilot:
    """Two shops, four beside them, everything on the list ticked."""
    admin = street.at.cast.people["admin"]
    plan = {
        "name": "门店先答复", "question": "投诉是否更快解决？", "version": "drawn:complaint", "kind": "complaint",
        "primary": "resolution", "least": "4", "start": "2026-03-10", "weeks": str(AFTER), "before_weeks": str(BEFORE),
        "owner": str(admin.id), "change": "",
    }  # fmt: skip
    answer = client.post(reverse("pilot_new"), plan)
    assert answer.status_code == 302, answer.content.decode()
    pilot = Pilot.objects.get()
    found(pilot, Finding.Of.PLAN)
    sides = {f"side-{one.id}": "pilot" if one.code in TRIED else "control" for one in street.stores}
    client.post(reverse("pilot_stores", args=[pilot.id]), sides)
    found(pilot, Finding.Of.PLAN)
    for item in pilot.items.filter(stage="prepare"):
        client.post(reverse("pilot_item", args=[pilot.id, item.id]), {"done": "1"})
    client.post(reverse("pilot_start", args=[pilot.id]))
    pilot.refresh_from_db()
    assert pilot.stage == "run"
    return pilot


def test_from_what_hurts_to_what_is_proven_to_help(street: Street, sign_in: Any) -> None:
    client, live = sign_in("admin"), FlowVersion.objects.get(key="complaint", is_live=True)
    report = diagnosed(client, live)
    findings = body_of(report)["figures"]["findings"]
    place = next(at for at, each in enumerate(findings) if any("调查原因" in name for name in each["what"]))
    assert place < 3, "what takes a day is seen at the top"
    page = client.get(reverse("report", args=[report.id])).content.decode()
    assert "调查原因" in page
    initiative = put_on_the_register(client, report, place)
    assert initiative.title in client.get(reverse("register")).content.decode()
    redrawn(client, live)
    low, middle, high = tried_on_paper(client, report)
    assert low <= middle <= high < -15 * 3600, "on paper a complaint is over most of a day sooner"
    pilot = planned(client, street)
    version = live_version("complaint", street.stores[0].id)
    assert version is not None
    assert version.number == live.version + 1
    assert live_version("complaint", street.stores[3].id) != version
    plan = client.get(reverse("initiative_plan", args=[initiative.id])).context["given"]
    client.post(reverse("initiative_plan", args=[initiative.id]), {**plan, "pilot": str(pilot.id)})
    assert reverse("pilot", args=[pilot.id]) in client.get(reverse("initiative", args=[initiative.id])).content.decode()
    assert initiative.title in client.get(reverse("pilot", args=[pilot.id])).content.decode()
    street.lives(TUESDAY, AFTER)
    street.at.now = TUESDAY + timedelta(weeks=AFTER, days=4)
    ask_finding(pilot, Finding.Of.COMPARISON, at=street.at.now)
    found(pilot, Finding.Of.COMPARISON)
    page = client.get(reverse("pilot_comparison", args=[pilot.id])).content.decode()
    assert "chip-good" in page, re.sub(r"<[^>]+>", " ", page)
    client.post(reverse("pilot_optimise", args=[pilot.id]), {"reason": "够清楚了"})
    decided = {"decision": "roll_out", "why": "better", "words": "快了一天"}
    page = client.post(reverse("pilot_decide", args=[pilot.id]), decided, follow=True).content.decode()
    assert "快了一天" in page
    everywhere = [live_version("complaint", store.id) for store in street.stores]
    assert everywhere == [version] * len(SHOPS)
    last = street.complains(street.stores[5], street.at.now)
    assert not Task.objects.filter(object_id=last.id, element="investigate").exists()
