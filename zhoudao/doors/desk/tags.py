"""What every page's templates say: icons, moments and spans in the reader's words. Built in, no `load` needed."""

import json
import time
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from zhoudao.doors.desk.intake.words import trouble
from zhoudao.doors.desk.settings.access import ROLE_WORDS
from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.ground.installation import clock
from zhoudao.kit.languages import pick
from zhoudao.kit.money import Money
from zhoudao.rooms.cases.models import Tier
from zhoudao.rooms.cases.routing_words import CHOSEN, CODES, WAITS
from zhoudao.rooms.fieldwork.skills import skill_word

register = template.Library()
CHANNELS = {
    "webchat": "message-circle",
    "email": "mail",
    "api": "key",
    "phone": "phone",
    "wechat": "message-square",
    "counter": "store",
    "form": "circle-help",
    "desk": "pencil",
    "webhook": "webhook",
}
CHANNEL_WORDS = {
    "webchat": gettext_lazy("Web chat"),
    "email": gettext_lazy("E-mail"),
    "api": gettext_lazy("Connected system"),
    "phone": gettext_lazy("Phone"),
    "wechat": gettext_lazy("WeChat"),
    "counter": gettext_lazy("Counter"),
    "form": gettext_lazy("Help page"),
    "desk": gettext_lazy("Opened by a colleague"),
    "webhook": gettext_lazy("Webhook"),
}
name_codes(CHANNEL_WORDS)


@register.simple_tag
@lru_cache(maxsize=512)  # a list page draws a hundred, of a dozen kinds
def icon(name: str, size: str = "") -> SafeString:
    """One drawing of the sprite, without meaning for screen readers."""
    kind = f"icon icon-{size}" if size else "icon"
    return format_html(
        '<svg class="{}" aria-hidden="true"><use href="{}#{}"></use></svg>', kind, static("vendor/icons.svg"), name
    )


@register.filter
def channel_icon(kind: str) -> str:
    """The drawing of a channel kind."""
    return CHANNELS.get(kind, "globe")


@register.filter(name="skill_word")
def skill(code: str) -> str:
    """A skill in words."""
    return skill_word(code)


@register.filter
def mood_icon(word: str) -> str:
    """The face of a mood."""
    return {"upset": "frown", "pleased": "smile"}.get(word, "meh")


@register.filter
def channel_word(kind: str) -> str:
    """A channel kind in words."""
    return _channel_words(get_language()).get(kind, kind)


@register.filter
def channel_trouble(code: str) -> str:
    """What is wrong with a channel: a code of ours, or a sentence of its kind, in the reader's language."""
    known = str(trouble(code))
    return known if known != code else reason(code)


@register.filter
def silence(silent: dict[str, Any]) -> str:
    """Since when a channel is silent, how much would be normal, and what to do."""
    since, expected = exact(datetime.fromisoformat(silent["since"])), silent.get("expected")
    if expected is None:
        return _("Nothing since {since}. Write to it yourself, and test the connection.").format(since=since)
    words = _(
        "Nothing since {since}; about {n} messages would be normal. Write to it yourself, and test the connection."
    )
    return words.format(since=since, n=expected)


@register.filter
def try_word(name: str) -> str:
    """What was tried of a channel."""
    words = {
        "imap": _("Incoming mail"),
        "smtp": _("Outgoing mail"),
        "incoming": _("Messages to us"),
        "outgoing": _("Answers from us"),
    }
    return words.get(name, name)


@register.filter
def reason(words: str) -> str:
    """Why something did not work: its first line is a sentence of ours in the reader's language, the rest a detail."""
    sentence, _line, detail = words.partition("\n")
    said = _(sentence) if sentence else ""
    return f"{said} ({detail})" if detail else said


@register.filter
def short(at: datetime | None) -> str:
    """A moment in a list: the time today, else yesterday, else the day."""
    if at is None:
        return ""
    there, today = _there(at), _there(clock.now())
    days = (today.date() - there.date()).days
    if days == 0:
        return f"{there:%H:%M}"
    if days == 1:
        return _("Yesterday")
    return f"{there:%m-%d}" if there.year == today.year else f"{there:%Y-%m-%d}"


@register.filter
def exact(at: datetime | None) -> str:
    """A moment to the minute, as shown on hover."""
    return f"{_there(at):%Y-%m-%d %H:%M:%S}" if at else ""


@register.filter
def short_moment(at: datetime) -> str:
    """A coming moment: the time today, else day and time."""
    there, today = _there(at), _there(clock.now())
    return f"{there:%H:%M}" if there.date() == today.date() else f"{there:%m-%d %H:%M}"


@register.filter
def in_words(names: dict[str, str]) -> str:
    """Data people named in several languages, in the reader's."""
    return pick(names, get_language())


@register.filter
def value_word(code: str) -> str:
    """A customer's value class in words; a class of the company's own keeps its name."""
    words = {"vip": _("VIP"), "gold": _("Gold"), "silver": _("Silver"), "standard": _("Standard")}
    return words.get(code, code)


@register.filter
def grade_word(code: str) -> str:
    """A customer's grade."""
    return _("Grade {letter}").format(letter=code)


@register.filter
def risk_word(code: str) -> str:
    """How likely a customer leaves."""
    return {"high": _("High"), "medium": _("Medium"), "low": _("Low")}.get(code, "—")


@register.filter
def tier_word(code: str) -> str:
    """A tier by its code."""
    return str(Tier(code).label) if code in Tier.values else code


@register.filter
def role_word(code: str) -> str:
    """A role by its code."""
    return str(ROLE_WORDS.get(code, code))


@register.filter
def language_word(code: str) -> str:
    """A language in itself."""
    words = {"zh-hans": "简体中文", "zh-hant": "繁體中文", "en": "English"}
    return words.get(code.lower(), code)


@register.filter
def hour(at: datetime | None) -> str:
    """The time of the day."""
    return f"{_there(at):%H:%M}" if at else ""


@register.filter
def clock_in(at: datetime | None, zone: str) -> str:
    """The time of the day on the wall of a store."""
    return f"{at.astimezone(ZoneInfo(zone)):%H:%M}" if at else ""


@register.filter
def day_in(at: datetime, zone: str) -> str:
    """The day with its weekday, where a store is."""
    return dated(at.astimezone(ZoneInfo(zone)).date())


@register.filter
def dated(day: date) -> str:
    """A day with its weekday."""
    return f"{date_format(day, 'MONTH_DAY_FORMAT')} {date_format(day, 'D')}"


@register.filter
def day_words(at: datetime) -> str:
    """A day between messages: today, yesterday, or the date with its weekday."""
    there, today = _there(at), _there(clock.now())
    days = (today.date() - there.date()).days
    if days in (0, 1):
        return _("Today") if days == 0 else _("Yesterday")
    return f"{date_format(there, 'DATE_FORMAT')} {date_format(there, 'l')}"


@register.filter
def lasting(span: timedelta | float | None) -> str:
    """A span in words, two units at most: `1 hour 12 min`. A number is minutes."""
    if span is None:
        return "—"
    seconds = abs(span.total_seconds()) if isinstance(span, timedelta) else abs(span) * 60
    minutes = round(seconds / 60)
    days, hours, rest = minutes // 1440, minutes % 1440 // 60, minutes % 60
    if days:
        return (_("{d} d {h} hr") if hours else _("{d} d")).format(d=days, h=hours)
    if hours:
        return (_("{h} hr {m} min") if rest else _("{h} hr")).format(h=hours, m=rest)
    return _("{m} min").format(m=rest) if seconds >= 60 or not seconds else _("{s} s").format(s=round(seconds))


@register.filter
def compact(span: timedelta | None) -> str:
    """A span in a list: `1:12`, days in words."""
    if span is None or abs(span) >= timedelta(days=1):
        return lasting(span)
    minutes = round(abs(span).total_seconds() / 60)
    return f"{minutes // 60}:{minutes % 60:02}"


def _there(at: datetime) -> datetime:
    return at.astimezone(clock.reader_zone())


def _two(parts: list[tuple[int, str]]) -> str:
    return " ".join(text % count for count, text in parts[:2] if count)


@register.filter
def routing_word(code: str) -> str:
    """A code of routing in words."""
    return str((CODES | WAITS | CHOSEN).get(code, code))


@register.filter
def initial(name: str) -> str:
    """What a face shows: the first letter of a name."""
    return (name or "?").strip()[:1].upper()


@register.filter
def percent(share: float | None) -> str:
    """A share as `78%`."""
    return "—" if share is None else f"{share * 100:.0f}%"


@register.filter
def change(share: float | None) -> str:
    """A change against before, as `+12%`."""
    return "—" if share is None else f"{share * 100:+.0f}%"


@register.filter
def cents(amount: int) -> str:
    """Money in the company's currency."""
    return Money(amount, clock.currency()).format(get_language() or "zh-Hans") if amount else "—"


@register.filter
def of_tag(names: dict[str, str], tag: str) -> str:
    """What people named in one language."""
    return names.get(tag, "")


@register.simple_tag
def company_clock() -> str:
    """For the page's own ticking: the company's time now and how fast it runs."""
    first, second = clock.now(), clock.real_delay(timedelta(hours=1))
    return json.dumps({"now": first.isoformat(), "rate": timedelta(hours=1) / second, "real": time.time()})


@register.simple_tag
def same_for_all(name: str) -> SafeString:
    """A part that depends on nothing but the language, drawn once in each."""
    return _fixed(name, get_language())


@lru_cache(maxsize=64)
def _fixed(name: str, language: str | None) -> SafeString:
    """The active language's."""
    return render_to_string(name)


@register.simple_tag
def page_words() -> SafeString:
    """The few words the page's code says by itself."""
    return _page_words(get_language())


@lru_cache(maxsize=8)
def _channel_words(language: str | None) -> dict[str, str]:
    return {kind: str(words) for kind, words in CHANNEL_WORDS.items()}


@lru_cache(maxsize=8)
def _page_words(language: str | None) -> SafeString:
    words: dict[str, Any] = {
        "left": _("{span} left"),
        "over": _("{span} over"),
        "hours": _("{h} hr {m} min"),
        "minutes": _("{m} min"),
        "days": _("{d} d {h} hr"),
        "whole_hours": _("{h} hr"),
        "whole_days": _("{d} d"),
        "saved": _("Draft saved"),
        "saving": _("Saving the draft …"),
        "unsaved": _("Draft not saved; trying again"),
        "offline": _("Connection lost. What you see may be old; reconnecting …"),
        "failed": _("That did not work. Nothing was changed; please try again."),
        "signed_out": _("You are signed out. Sign in again in another tab, then go on here."),
        "undo": _("Undo"),
        "copied": _("Copied"),
        "typing": _("{name} is writing"),
        "looking": _("{name} is looking at this"),
        "newer": _("{n} new"),
        "sending": _("Sent in {n} s"),
        "too_large": _("This file is larger than 20 MB."),
        "uploading": _("A file is still on its way; send when it is there."),
        "nothing": _("Nothing found"),
        "new_message": _("A new message has arrived. Read it before you send."),
        "picked": _("{n} chosen"),
        "unfilled": _("Not filled in: {names}. Fill in or delete before sending."),
        "leave": _("Go to: {name}"),
        "search": _("Search: {words}"),
    }
    text = json.dumps(words, ensure_ascii=False).replace("<", "\\u003c").replace("&", "\\u0026")
    return format_html('<script type="application/json" id="page-words">{}</script>', SafeString(text))
