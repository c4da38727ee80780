"""What can be done with a case: each action's word, key, question, command and sentence afterwards."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import QueryDict
from django.utils import timezone
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.conduct.triage.settling import say_topic
from zhoudao.doors.desk.inbox import asking
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.kit.frozen import frozen
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.cases.commands import assigning, classifying, closing, feeling, merging, snoozing, splitting
from zhoudao.rooms.cases.commands.holding import may
from zhoudao.rooms.cases.models import ACTIVE, Case, Kind, Tier
from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.cases.queries.desk import CaseView, find_case
from zhoudao.rooms.cases.queries.paging import is_paged
from zhoudao.rooms.cases.refusals import CaseNotFound, MomentPassed, OutcomeMissing
from zhoudao.rooms.cases.transfers import TRANSFER
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.conversations.refusals import MessageNotFound
from zhoudao.rooms.incidents.commands.joining import join_case, leave_incident
from zhoudao.rooms.incidents.commands.opening import chosen_incident

Perform = Callable[[Case, QueryDict, Viewer, datetime], object]
Ask = Callable[[Case, Viewer, datetime], dict[str, Any]]


@frozen
class Action:
    """One thing a colleague can do. Without `asks` it is done at once; `undo` names the action that takes it back."""

    code: str
    words: LazyText
    drawing: str
    key: str
    done: LazyText
    statuses: frozenset[str]
    perform: Perform
    asks: Ask | None = None
    is_main: bool = False
    undo: str = ""
    tie: str = ""  # only for cases that are tied to another like this

    @property
    def has_question(self) -> bool:
        """Whether there is something to fill in first (templates would call `asks` itself)."""
        return self.asks is not None

    def fits(self, opened: CaseView, viewer: Viewer) -> bool:
        """Whether it makes sense now: nobody takes what is taken, or gives it away without the right to."""
        is_taken = self.code == "take" and opened.row.owner_id is not None and "paged" not in opened.ties
        is_taken = is_taken or (self.code == "incident" and "incident" in opened.ties)
        is_kept = self.code == "assign" and opened.row.owner_id is not None and not may(viewer, TRANSFER, opened.row)
        has_tie = not self.tie or self.tie in opened.ties
        return opened.row.status in self.statuses and not is_taken and not is_kept and has_tie


def _take(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    reason = asked.get("reason", "") or ("cannot_wait" if is_paged(case.id) else "")
    return assigning.assign_case(case_id=case.id, viewer=viewer, at=at, member_id=viewer.user_id, reason=reason)


def _assign(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    kind, _colon, chosen = asked.get("to", "").partition(":")
    return assigning.assign_case(
        case_id=case.id,
        viewer=viewer,
        at=at,
        member_id=uuid_in(chosen) if kind == "member" else None,
        team_id=uuid_in(chosen) if kind == "team" else None,
        reason=asked.get("reason", ""),
        words=asked.get("words", ""),
    )


def _classify(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    kind = asked.get("kind") if asked.get("kind") in Kind.values else None
    tier = asked.get("tier") if asked.get("tier") in Tier.values else None
    return classifying.classify_case(case_id=case.id, viewer=viewer, at=at, kind=kind, tier=tier)


def _snooze(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    try:
        until = datetime.fromisoformat(asked.get("exact") or asked.get("until", ""))
    except ValueError:
        raise MomentPassed from None
    aware = until if until.tzinfo else timezone.make_aware(until)
    return snoozing.snooze_case(case_id=case.id, until=aware, viewer=viewer, at=at)


def _wake(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return snoozing.wake_case(case.id, at=at, actor=viewer.actor)


def _resolve(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    outcome, cause = asked.get("outcome", ""), asked.get("cause", "")
    if outcome not in OUTCOMES or cause not in causes():
        raise OutcomeMissing
    return closing.resolve_case(case_id=case.id, outcome=outcome, cause=cause, viewer=viewer, at=at)


def _close(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return closing.close_case(case_id=case.id, viewer=viewer, at=at)


def _reopen(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return closing.reopen_case(case_id=case.id, viewer=viewer, at=at)


def _merge(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return merging.merge_cases(case_id=case.id, into_id=_other(asked, viewer).id, viewer=viewer, at=at)


def _unmerge(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return merging.undo_merge(case_id=case.id, viewer=viewer, at=at)


def _link(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return merging.link_cases(case_id=case.id, target_id=_other(asked, viewer).id, viewer=viewer, at=at)


def _unlink(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    target = _other(asked, viewer).id if asked.get("number") else None
    return merging.unlink_cases(case_id=case.id, target_id=target, viewer=viewer, at=at)


def _split(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    chosen = [one for text in asked.getlist("message") if (one := uuid_in(text)) is not None]
    return splitting.split_case(case_id=case.id, message_ids=chosen, viewer=viewer, at=at)


def _unsplit(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return splitting.undo_split(case_id=case.id, viewer=viewer, at=at)


@transaction.atomic
def _incident(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    row = chosen_incident(asked.get("incident", ""), asked.get("title", ""), viewer=viewer, at=at)
    return join_case(incident_id=row.id, case_id=case.id, viewer=viewer, at=at)


def _outside(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    return leave_incident(case_id=case.id, viewer=viewer, at=at)


def _mood(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    message_id = uuid_in(asked.get("message", ""))
    if message_id is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    word = asked.get("mood", "")
    return feeling.correct_mood(case_id=case.id, message_id=message_id, word=word, viewer=viewer, at=at)


def _topic(case: Case, asked: QueryDict, viewer: Viewer, at: datetime) -> object:
    message_id = uuid_in(asked.get("message", ""))
    if message_id is None:
        raise MessageNotFound(MessageNotFound.__doc__)
    topic, urgency = asked.get("topic", ""), asked.get("urgency", "none")
    return say_topic(case_id=case.id, message_id=message_id, topic=topic, urgency=urgency, viewer=viewer, at=at)


def _other(asked: QueryDict, viewer: Viewer) -> Case:
    other = find_case(viewer, (asked.get("typed", "").strip() or asked.get("number", "")).upper())
    if other is None:
        raise CaseNotFound
    return other


_WORKING, _OVER = frozenset(ACTIVE), frozenset(["resolved", "closed"])
ACTIONS = {
    action.code: action
    for action in (
        Action("take", _("Take"), "hand", "t", _("The case is yours."), _WORKING, _take, is_main=True),
        Action(
            "resolve",
            _("Resolve"),
            "circle-check",
            "e",
            _("Resolved."),
            _WORKING,
            _resolve,
            asking.outcomes,
            is_main=True,
            undo="reopen",
        ),
        Action("reopen", _("Reopen"), "rotate-ccw", "e", _("The case is open again."), _OVER, _reopen, is_main=True),
        Action(
            "unmerge",
            _("Undo the merge"),
            "undo-2",
            "e",
            _("Taken apart again."),
            frozenset(["merged"]),
            _unmerge,
            is_main=True,
        ),
        Action("assign", _("Give to …"), "user-plus", "a", _("Given."), _WORKING, _assign, asking.people),
        Action("classify", _("Kind and tier …"), "tag", "p", _("Changed."), _WORKING, _classify, asking.kinds),
        Action(
            "snooze", _("Snooze …"), "alarm-clock", "s", _("Put aside."), _WORKING, _snooze, asking.moments, undo="wake"
        ),
        Action("wake", _("Wake up"), "bell", "w", _("Awake."), frozenset(["snoozed"]), _wake),
        Action(
            "merge", _("Merge into …"), "merge", "m", _("Merged."), _WORKING, _merge, asking.siblings, undo="unmerge"
        ),
        Action(
            "link", _("Link with …"), "link", "l", _("Linked."), _WORKING | _OVER, _link, asking.siblings, undo="unlink"
        ),
        Action(
            "unlink",
            _("Undo the link"),
            "undo-2",
            "L",
            _("No longer linked."),
            _WORKING | _OVER,
            _unlink,
            tie="related",
        ),
        Action(
            "split",
            _("Split …"),
            "split",
            "x",
            _("Split off into a case of its own."),
            _WORKING,
            _split,
            asking.messages,
            undo="unsplit",
        ),
        Action(
            "unsplit",
            _("Undo the split"),
            "undo-2",
            "X",
            _("They are one case again."),
            _WORKING,
            _unsplit,
            tie="split",
        ),
        Action(
            "incident",
            _("Part of something larger …"),
            "siren",
            "I",
            _("Part of the incident."),
            _WORKING | _OVER,
            _incident,
            asking.incidents,
            undo="outside",
        ),
        Action(
            "outside",
            _("Not part of the incident"),
            "undo-2",
            "I",
            _("No longer part of the incident."),
            _WORKING | _OVER,
            _outside,
            tie="incident",
        ),
        Action(
            "mood",
            _("How it sounds …"),
            "frown",
            "F",
            _("Noted, and kept for learning."),
            _WORKING | _OVER,
            _mood,
            asking.mood,
        ),
        Action(
            "topic",
            _("What the customer wants …"),
            "tag",
            "W",
            _("Noted, and kept for learning."),
            _WORKING | _OVER,
            _topic,
            asking.topic,
        ),
        Action(
            "close", _("Close for good"), "archive", "c", _("Closed."), frozenset(["resolved"]), _close, undo="reopen"
        ),
    )
}
