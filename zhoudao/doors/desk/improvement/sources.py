"""Where a new initiative comes from, with what that says already."""

from collections.abc import Callable
from dataclasses import field, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404, HttpRequest
from django.utils.translation import gettext as _

from zhoudao.conduct.improvement.commands.initiatives import begin_initiative
from zhoudao.conduct.improvement.commands.measures import tie_case, tie_numbers
from zhoudao.conduct.improvement.commands.suggestions import accept_suggestion
from zhoudao.conduct.improvement.drafts import Draft, Origin
from zhoudao.conduct.improvement.findings import Taken, finding_of
from zhoudao.conduct.improvement.models import Audit, AuditResult, Initiative, Suggestion
from zhoudao.conduct.improvement.pattern_words import ASSUMPTIONS, MEANINGS, NAMES
from zhoudao.conduct.improvement.patterns import Proposal, proposals
from zhoudao.conduct.improvement.queries.register import of_report
from zhoudao.conduct.insight.models import Report
from zhoudao.conduct.insight.reporting import body_of
from zhoudao.conduct.insight.spans import HOUR, span
from zhoudao.ground.accounts.permits import viewer_of
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.kit.languages import FALLBACK
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.desk import find_case

Begin = Callable[[Draft, str, datetime], Initiative]


@frozen
class Offer:
    """A redesign pattern in words; `gain` is the range it may save."""

    code: str
    name: str
    meaning: str
    gain: str
    assumption: str


@frozen
class Source:
    """`given` fills the form; `proof` says what shows it, `offers` what could be done, `others` what is done already.

    `hidden` goes with the form.
    """

    begin: Begin
    given: dict[str, str] = field(default_factory=dict)
    hidden: dict[str, str] = field(default_factory=dict)
    title: str = ""
    proof: str = ""
    report: Report | None = None
    place: int = 0
    case: Case | None = None
    suggestion: Suggestion | None = None
    audit: Audit | None = None
    offers: tuple[Offer, ...] = ()
    others: tuple[Initiative, ...] = ()


def source_of(request: HttpRequest) -> Source:
    """What an address names: a finding, a case, a suggestion, or nothing. What is not there does not exist."""
    named, viewer = request.GET or request.POST, viewer_of(request)
    if report_id := uuid_in(named.get("report", "")):
        return _of_finding(report_id, named.get("finding", ""), viewer)
    if number := named.get("case", ""):
        return _of_case(number, viewer)
    if result_id := uuid_in(named.get("audit", "")):
        return _of_audit(result_id, named.get("question", ""), viewer)
    if suggestion_id := uuid_in(named.get("suggestion", "")):
        return _of_suggestion(suggestion_id, viewer)
    return Source(lambda draft, _pattern, at: begin_initiative(draft=draft, viewer=viewer, at=at))


def offer_of(one: Proposal) -> Offer:
    """A proposal in words."""
    gain = f"{span(one.least * HOUR)} – {span(one.most * HOUR)}"
    code = one.pattern.value
    return Offer(code, str(NAMES[code]), str(MEANINGS[code]), gain, str(ASSUMPTIONS[one.assumption]))


def _of_finding(report_id: UUID, place: str, viewer: Viewer) -> Source:
    report = Report.objects.select_related("body").filter(id=report_id, state="done").first()
    is_place = place.isascii() and place.isdigit() and len(place) < 4
    found = finding_of(report, body_of(report), int(place)) if report and is_place else None
    if report is None or found is None or not viewer.may("insight:read"):
        raise Http404
    title, proof = found.said(viewer.language)
    offered = proposals(found.figures)
    hours = float(found.figures.get("hours", 0.0))

    @transaction.atomic
    def begin(draft: Draft, pattern: str, at: datetime) -> Initiative:
        chosen = next((one for one in offered if one.pattern == pattern), None)
        made = begin_initiative(draft=_aimed(draft, chosen, hours), origin=_origin(report, found, chosen), **_who(at))
        tie_numbers(made, list(found.numbers), at=at)
        return made

    def _who(at: datetime) -> dict[str, Any]:
        return {"viewer": viewer, "at": at}

    return Source(
        begin,
        given={
            "title": title[:120],
            "problem": proof,
            "steps": ", ".join(str(name) for name in found.figures.get("what", ())) if not found.numbers else "",
            "goal": _("Hours of cases this costs"),
            "baseline": f"{hours:.1f}",
        },
        hidden={"report": str(report.id), "finding": place},
        title=title,
        proof=proof,
        report=report,
        place=found.place + 1,
        offers=tuple(offer_of(one) for one in offered),
        others=tuple(one for one in of_report(report.id) if one.finding_place == found.place),
    )


def _aimed(draft: Draft, chosen: Proposal | None, hours: float) -> Draft:
    """A goal in hours without a target takes the careful end of what its pattern may save."""
    goal = draft.goal
    if chosen is None or goal.metric or goal.target is not None or goal.baseline is None:
        return draft
    return replace(draft, goal=replace(goal, target=round(max(goal.baseline - min(chosen.least, hours), 0.0), 1)))


def _origin(report: Report, found: Taken, chosen: Proposal | None) -> Origin:
    return Origin(
        "finding",
        report.id,
        report.name,
        found.place,
        found.kept,
        chosen.pattern.value if chosen else "",
        (chosen.least, chosen.most) if chosen else None,
    )


def _of_case(number: str, viewer: Viewer) -> Source:
    case = find_case(viewer.within("cases:read"), number)
    if case is None:
        raise Http404

    @transaction.atomic
    def begin(draft: Draft, _pattern: str, at: datetime) -> Initiative:
        made = begin_initiative(draft=draft, origin=Origin("case"), viewer=viewer, at=at)
        tie_case(initiative_id=made.id, number=case.number, viewer=viewer, at=at)
        return made

    return Source(begin, hidden={"case": case.number}, title=case.number, case=case)


def _of_audit(result_id: UUID, place: str, viewer: Viewer) -> Source:
    result = AuditResult.objects.select_related("audit").filter(id=result_id).first()
    is_place = place.isascii() and place.isdigit() and len(place) < 4
    if result is None or not is_place or int(place) >= len(result.answers):
        raise Http404
    n, answer = int(place), result.answers[int(place)]
    words = {FALLBACK: [answer["question"], answer["note"]]}
    origin = Origin("audit", result.id, result.audit.title, n, {"kind": "audit", "words": words})

    def begin(draft: Draft, _pattern: str, at: datetime) -> Initiative:
        return begin_initiative(draft=draft, origin=origin, viewer=viewer, at=at)

    given = {"title": answer["question"][:120], "problem": answer["note"], "flow": result.audit.flow_key}
    return Source(
        begin, given, {"audit": str(result.id), "question": place}, title=answer["question"], proof=answer["note"],
        audit=result.audit,
    )  # fmt: skip


def _of_suggestion(suggestion_id: UUID, viewer: Viewer) -> Source:
    one = Suggestion.objects.select_related("made_by").filter(id=suggestion_id, answer="").first()
    if one is None:
        raise Http404

    def begin(draft: Draft, _pattern: str, at: datetime) -> Initiative:
        return accept_suggestion(suggestion_id=one.id, draft=draft, viewer=viewer, at=at)

    given = {
        "title": one.words.partition("\n")[0][:120],
        "problem": one.words,
        "goal": one.benefit[:120],
        "flow": one.flow_key,
        "steps": one.step,
    }
    return Source(begin, given, {"suggestion": str(one.id)}, title=one.words[:120], suggestion=one)
