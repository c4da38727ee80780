"""Reports are made in the analyst's process, the only one that loads numpy and what stands on it."""

import logging
from dataclasses import replace
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from procrastinate.contrib.django import app

from zhoudao.conduct.flows.models import FlowVersion
from zhoudao.conduct.insight.models import Question, Report, Source
from zhoudao.conduct.insight.narrowing import narrows_in
from zhoudao.conduct.insight.questions import JOB as QUESTION_JOB
from zhoudao.conduct.insight.questions import begin_question, fail_question, keep_answer
from zhoudao.conduct.insight.reporting import JOB, QUEUE, begin_report, fail_report, finish_report, note_progress
from zhoudao.conduct.insight.studying import JOB as STUDY
from zhoudao.conduct.insight.studying import begin_study, fail_study, finish_study, note_study
from zhoudao.ground.files.store import read
from zhoudao.ground.installation.clock import now

if TYPE_CHECKING:
    from zhoudao.conduct.insight.compared import Against
    from zhoudao.engines.mining.log import Log
    from zhoudao.engines.mining.reading import Remark

NOISE = 0.2
_log = logging.getLogger(__name__)


@app.task(name=JOB, queue=QUEUE)
def make_report(report_id: str) -> None:
    """Makes one report; made already, nothing happens. What goes wrong is said on its page, not tried for ever."""
    from zhoudao.conduct.insight.kept import keep_log
    from zhoudao.engines.mining.costing import NoAmounts
    from zhoudao.engines.mining.diagnosis import NothingToDiagnose
    from zhoudao.engines.mining.reading import LogUnreadable

    report = begin_report(UUID(report_id))
    if report is None:
        return
    try:
        log, remarks = _log_of(report)
        note_progress(report, 50)
        body = _body(report, log, remarks)
        finish_report(report, body, log=keep_log(report, log), at=now())
    except NothingToDiagnose:
        fail_report(report, "nothing")
    except NoAmounts:
        fail_report(report, "no_amounts")
    except LogUnreadable as refusal:
        fail_report(report, str(refusal))
    except Exception:
        _log.exception("The report %s could not be made", report_id)
        fail_report(report, "failed")


@app.task(name=QUESTION_JOB, queue=QUEUE)
def answer_question(question_id: str) -> None:
    """Answers a question about some of a report's cases; answered already, nothing happens."""
    question = begin_question(UUID(question_id))
    if question is None:
        return
    try:
        keep_answer(question, _answer(question))
    except Exception:
        _log.exception("The question %s could not be answered", question_id)
        fail_question(question)


def _answer(question: Question) -> dict[str, Any]:
    from zhoudao.conduct.insight.kept import opened
    from zhoudao.conduct.insight.narrowed import behind_of, redrawn

    report = question.report
    kept, (narrows, _unread) = opened(report), narrows_in(question.filters)
    if question.of:
        return behind_of(kept, narrows, question.of, zone=report.zone)
    with translation.override(question.language):
        return redrawn(kept, narrows, zone=report.zone, is_own=report.source == Source.OWN)


@app.task(name=STUDY, queue=QUEUE)
def find_key_nodes(report_id: str) -> None:
    """Finds the key nodes of one report; found already, nothing happens. What goes wrong is said on their page."""
    from zhoudao.doors.desk.insight.finding_key_nodes import refusals, study_of

    study = begin_study(UUID(report_id))
    if study is None:
        return
    shown = [0]

    def heard(share: float) -> None:
        if int(share * 100) >= shown[0] + 5:
            shown[0] = int(share * 100)
            note_study(study, shown[0])

    try:
        body = study_of(study, log_of=lambda report: _log_of(report)[0], steps_of=_of_steps, heard=heard)
        finish_study(study, body, at=now())
    except tuple(refusals()) as refusal:
        fail_study(study, str(refusal))
    except Exception:
        _log.exception("The key nodes of the report %s could not be found", report_id)
        fail_study(study, "failed")


def _log_of(report: Report) -> "tuple[Log, list[Remark]]":
    if report.source == Source.OWN:
        from zhoudao.conduct.insight.lake import lake_log
        from zhoudao.conduct.insight.own_log import own_log

        assert report.since is not None  # a report of our own has a period
        assert report.until is not None
        kind, since, until = report.object_type, report.since, report.until
        log = lake_log(kind, since=since, until=until, is_whole=report.is_whole)
        return own_log(kind, since=since, until=until, is_whole=report.is_whole) if log is None else log, []
    if report.upload is None:  # it was read where it lies, and kept
        from zhoudao.conduct.insight.kept import whole_log
        from zhoudao.conduct.insight.mapped import remarks_in

        return whole_log(report), remarks_in(report.mapping)
    return _read(report)


def _read(report: Report) -> "tuple[Log, list[Remark]]":
    from zhoudao.conduct.insight.mapped import mapping_of, stored
    from zhoudao.engines.mining.reading import read_log

    assert report.upload is not None  # only then asked for
    with NamedTemporaryFile(suffix=Path(report.name).suffix) as file:
        file.write(read(report.upload))
        file.flush()
        found = read_log(Path(file.name), mapping=mapping_of(report.mapping), zone=report.zone)
    report.mapping = stored(found)
    return found.log, list(found.warnings)


def _body(report: Report, log: "Log", remarks: "list[Remark]") -> dict[str, Any]:
    from zhoudao.conduct.insight.hourly import rates_of
    from zhoudao.conduct.insight.pages import pages
    from zhoudao.engines.mining.diagnosis import diagnose

    found = diagnose(
        log, zone=report.zone, rates=rates_of(report.hourly), material=report.hourly.get("material", "")
    )  # fmt: skip
    note_progress(report, 80)
    beside, fault = _beside(report, log)
    improve_at = f"{reverse('initiative_new')}?report={report.id}&finding="
    body = pages(
        found, name=report.name, remarks=remarks, cases_at=report.object_type, beside=beside, improve_at=improve_at
    )  # fmt: skip
    return body | {"flow": _flow(report, log), "flow_fault": fault}


def _beside(report: Report, log: "Log") -> "tuple[Against | None, str]":
    """What happened on the flow it should have gone by; or why that cannot be said. Of our own events the steps of
    flows are what the flow may know; all else that happens is beside it and is left out.
    """
    if report.flow is None:
        return None, ""
    from zhoudao.conduct.insight.compared import against
    from zhoudao.engines.bpmn.automaton import NeverEnds, TooManyMarkings
    from zhoudao.engines.bpmn.moving import RunsTwice
    from zhoudao.engines.bpmn.parse import parse
    from zhoudao.engines.bpmn.places import TooManyWays
    from zhoudao.engines.bpmn.problems import FlowRefused

    try:
        graph = parse(read(report.flow))
        steps = _of_steps(report, log, graph.id)
        return (against(graph, steps, name=report.flow_name), "") if len(steps) else (None, "no_steps")
    except (FlowRefused, NeverEnds, RunsTwice, TooManyMarkings, TooManyWays) as refusal:
        return None, str(refusal)


def _of_steps(report: Report, log: "Log", flow: str) -> "Log":
    """Of our own events those about steps of flows, by the steps' names: of what walked this flow in any version, or
    of everything, where the flow is none of ours.
    """
    if report.source != Source.OWN:
        return log
    from zhoudao.conduct.insight.own_log import steps_alone, walkers

    if not FlowVersion.objects.filter(key=flow).exists():
        return steps_alone(log)
    assert report.since is not None  # a report of our own has a period
    assert report.until is not None
    return steps_alone(log, walkers(report.object_type, flow, since=report.since, until=report.until))


def _flow(report: Report, log: "Log") -> str:
    """The process as a flow for the studio; nothing where it is too large to be drawn."""
    from zhoudao.conduct.insight.flow_file import TreeTooLarge, to_bpmn
    from zhoudao.conduct.insight.named import step_words
    from zhoudao.engines.mining.discovering import TooManyActivities, TooManySteps, discover

    names = tuple(step_words(code) for code in log.activities) if report.source == Source.OWN else log.activities
    try:
        return to_bpmn(discover(replace(log, activities=names), NOISE), report.name).decode()
    except (TooManyActivities, TooManySteps, TreeTooLarge):
        return ""


def log_beside(report: Report, flow: str, *, is_discovered: bool) -> "Log":
    """The log of a report as a flow of this key may know it; a discovered one knows all of it, by its words.

    Raises: LogUnreadable
    """
    from zhoudao.conduct.insight.named import step_words

    log, _remarks = _log_of(report)
    if not is_discovered:
        return _of_steps(report, log, flow)
    names = tuple(step_words(code) for code in log.activities) if report.source == Source.OWN else log.activities
    return replace(log, activities=names)
