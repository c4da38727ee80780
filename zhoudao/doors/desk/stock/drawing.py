"""How stock is drawn: signs, reasons, and who did it."""

from django import template
from django.utils.translation import gettext as _

from zhoudao.ground.eventlog.facts import word_of

register = template.Library()


@register.filter
def signed(number: int) -> str:
    """`+3`, `−3`."""
    return f"+{number}" if number > 0 else f"−{-number}"  # a minus as long as the plus


@register.filter
def stock_reason(code: str) -> str:
    """Why the book was corrected."""
    return word_of(code)


@register.filter
def actor_in(actor: str, names: dict[str, str]) -> str:
    """Who did it: a colleague's name, a program, or the house itself."""
    kind = actor.partition(":")[0]
    if kind == "user":
        return names.get(actor, "—")
    return {"token": _("A program"), "flow": _("A flow")}.get(kind, _("Zhoudao"))
