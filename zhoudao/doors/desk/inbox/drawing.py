"""What a list page repeats by the dozen, drawn by code: the template engine takes half a millisecond for each row."""

from functools import lru_cache
from html import escape
from typing import Any
from urllib.parse import quote

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from zhoudao.doors.desk.inbox.actions import Action
from zhoudao.doors.desk.inbox.views import ViewLink
from zhoudao.doors.desk.tags import channel_icon, channel_word, compact, exact, hour, icon, lasting, short
from zhoudao.kit.frozen import frozen
from zhoudao.rooms.cases.outlooks import Outlook, reason_words
from zhoudao.rooms.cases.queries.desk import CaseView, Row
from zhoudao.rooms.cases.queries.promises import PromiseView

register = template.Library()


@frozen
class _Words:
    kept: str
    late: str
    paused: str
    ended: str
    left: str
    over: str
    used: str
    nobody: str
    leave: str
    upset: str
    risk: str
    risk_short: str


@register.simple_tag
def case_row(row: Row, opened: CaseView | None = None) -> SafeString:
    """A case in the list, marked when it is the open one."""
    words, address = _words(get_language()), case_address(row.number)
    look = " awaits" if row.awaits_us and row.status in ("new", "open") else ""
    look += " is-chosen" if opened and opened.row.id == row.id else ""
    channel = escape(channel_word(row.channel_kind))
    return SafeString(
        f'<li id="row-{row.id}" class="row{look}" data-case="{row.id}" data-number="{escape(row.number)}" '
        f'data-team="{row.team_id or ""}" data-owner="{row.owner_id or ""}" data-status="{row.status}" '
        f'data-due="{row.due_at.isoformat() if row.due_at else ""}">'
        f'<a class="row-link" href="{address}" hx-get="{address}" hx-target="#case" hx-push-url="true" '
        'hx-sync="#case:replace"><span class="row-top">'
        f'<span class="row-name clip">{escape(row.customer_name or words.nobody)}</span> '
        f'<span class="row-channel" title="{channel}">{icon(channel_icon(row.channel_kind), "small")}'
        f'<span class="unseen">{channel}</span></span> <span class="people" data-people="{row.id}"></span> '
        f'<time datetime="{row.updated_at.isoformat()}" title="{exact(row.updated_at)}">{short(row.updated_at)}</time>'
        f"</span> {_said(row)} {_foot(row)}</a></li>"
    )


@register.simple_tag
def promise_clock(promise: PromiseView, is_compact: bool = False) -> SafeString:
    """One clock: what was promised and how it stands, in words and as a bar."""
    words = _words(get_language())
    over = promise.state in ("late", "broken")
    look = "kept" if promise.state == "kept" else "over" if over else promise.level
    due = f" · {exact(promise.due_at)}" if promise.due_at else ""
    label = escape(promise.label)
    return SafeString(
        f'<span class="promise is-{look}" title="{label}{due}"> {_standing(promise, label, words, is_compact)} </span>'
    )


@register.simple_tag
def outlook_chip(outlook: Outlook, is_compact: bool = False) -> SafeString:
    """That a promise is likely missed, how likely, how long the case may still take, and why."""
    words = _words(get_language())
    told = words.risk % {"share": outlook.percent, "span": lasting(outlook.left)}
    why = "; ".join(reason_words(outlook.reasons))
    shown = words.risk_short % {"share": outlook.percent} if is_compact else told
    return SafeString(
        f'<span class="chip chip-risk" title="{escape(f"{told}. {why}" if why else told)}">'
        f"{icon('gauge', 'small')}{escape(shown)}</span>"
    )


@register.simple_tag
def outlook_reasons(outlook: Outlook) -> str:
    """What speaks for that, the weightiest first."""
    return "; ".join(reason_words(outlook.reasons))


@register.simple_tag
def action_button(action: Action, number: str, look: str) -> SafeString:
    """What can be done with a case, as a tool in its head or as a line of its menu."""
    name, key, address = escape(str(action.words)), escape(action.key), f"{case_address(number)}do/{action.code}/"
    is_line = look == "menu-item"
    role, shown_key = (' role="menuitem"', f"<kbd>{key}</kbd>") if is_line else ("", "")
    return SafeString(
        f'<button class="{look}" type="button" data-key="{key}" data-command="{name}" title="{name} ({key})"{role} '
        f'hx-{"get" if action.has_question else "post"}="{address}" hx-target="#sheet-in">'
        f'{icon(action.drawing)}<span class="tool-word">{name}</span>{shown_key}</button>'
    )


@register.simple_tag
def view_link(view: ViewLink) -> SafeString:
    """One view in the column of views."""
    name, leave = escape(str(view.words)), _words(get_language()).leave
    count = f'<span class="view-count{" is-hot" if view.is_hot else ""}">{view.count}</span>' if view.count else ""
    here = ' aria-current="true"' if view.is_here else ""
    return SafeString(
        f'<a class="view" href="{escape(view.address)}" data-code="{escape(view.code)}" '
        f'data-command="{escape(leave % {"name": str(view.words)})}" title="{name}"{here}>'
        f'{icon(view.drawing)}<span class="clip">{name}</span>{count}</a>'
    )


def case_address(number: str) -> str:
    """Where a case is opened."""
    return f"{_cases()}{quote(number)}/"


def _said(row: Row) -> str:
    text = f'<span class="row-subject clip">{escape(row.subject or row.preview or row.number)}</span>'
    if row.preview and row.preview != row.subject:
        text += f' <span class="row-preview clip">{escape(row.preview)}</span>'
    return text


def _foot(row: Row) -> str:
    parts = [_chip(row.kind, row.kind_label)]
    if row.tier != "regular":
        parts.insert(0, _chip(row.tier, row.tier_label))
    if row.status != "open":
        parts.append(_chip(row.status, row.status_label))
    if row.is_upset:
        parts.append(f'<span class="chip chip-upset">{icon("frown", "small")}{_words(get_language()).upset}</span>')
    if row.outlook:
        parts.append(outlook_chip(row.outlook, is_compact=True))
    if row.promise:
        parts.append(promise_clock(row.promise, is_compact=True))
    if row.owner_name:
        parts.append(f'<span class="row-owner clip">{escape(row.owner_name)}</span>')
    return f'<span class="row-foot"> {" ".join(parts)} </span>'


def _chip(code: str, words: str) -> str:
    return f'<span class="chip chip-{escape(code)}">{escape(words)}</span>'


def _standing(promise: PromiseView, label: str, words: _Words, is_compact: bool) -> str:
    if promise.state == "kept":
        at = "" if is_compact else f" {hour(promise.kept_at)}"
        return f'{label} {icon("check", "small")}<span class="unseen">{words.kept}</span>{at}'
    if promise.state == "late":
        return f"{label} {words.late} {hour(promise.kept_at)}"
    if promise.state == "paused":
        return f"{icon('pause', 'small')}{label} {words.paused}"
    if promise.state == "ended":
        return f"{label} {words.ended}"
    due = promise.due_at.isoformat() if promise.due_at else ""
    short_form = " data-short" if is_compact else ""
    return (
        f'{label} <span data-due="{due}"{short_form}>{_left(promise, words, is_compact)}</span>'
        f' <svg class="bar" viewBox="0 0 100 10" preserveAspectRatio="none" role="img" '
        f'aria-label="{escape(words.used % {"share": promise.percent})}"><rect width="{promise.percent}" height="10" '
        f'data-from="{promise.started_at.isoformat()}"></rect></svg>'
    )


def _left(promise: PromiseView, words: _Words, is_compact: bool) -> str:
    span = compact(promise.remaining) if is_compact else lasting(promise.remaining)
    if promise.state == "broken":
        span = words.over % {"span": span}
    elif not is_compact:
        span = words.left % {"span": span}
    return escape(span)


@lru_cache(maxsize=1)
def _cases() -> str:
    return reverse("desk_case", args=["0"]).removesuffix("0/")


@lru_cache(maxsize=8)
def _words(language: str | None) -> _Words:
    """The active language's, looked up once."""
    names: dict[str, Any] = {
        "kept": _("kept"),
        "late": _("late"),
        "paused": _("paused"),
        "ended": _("ended"),
        "left": _("%(span)s left"),
        "over": _("%(span)s over"),
        "used": _("%(share)s%% of the time used"),
        "nobody": _("Unknown customer"),
        "leave": _("Go to: %(name)s"),
        "upset": _("Upset"),
        "risk": _("Promise likely missed: %(share)s %%, about %(span)s left"),
        "risk_short": _("at risk %(share)s %%"),
    }
    return _Words(**{code: str(text) for code, text in names.items()})
