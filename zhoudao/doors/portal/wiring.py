"""What the front door opens and shows: a new page for customers is named here once."""

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from zhoudao.doors.portal.bookings import section as bookings
from zhoudao.doors.portal.help.needs import NEEDS
from zhoudao.doors.portal.home.sections import show
from zhoudao.doors.portal.queue import section as queue
from zhoudao.doors.portal.returns import section as returns
from zhoudao.doors.portal.tracking import section as tracking
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.entrances.targets import LINK, Target, offer


def wire() -> None:
    """This will name what tiles may open, and what of a customer's own is shown."""
    offer(Target("chat", _("Chat"), "portal:chat"))
    for kind in Kind:
        if kind != Kind.ORDER_EXCEPTION:
            offer(
                Target(
                    f"chat:{kind}", format_lazy("{} · {}", _("Chat"), kind.label), "portal:chat", query=f"kind={kind}"
                )
            )
    for need in NEEDS.values():
        offer(Target(f"help:{need.code}", need.words, "portal:help_form", [need.code]))
    offer(Target("booking", _("Book a time"), "portal:book"))
    offer(Target("cases", _("My cases"), "portal:cases"))
    offer(Target("order", _("Where is my order?"), "portal:find_order"))
    offer(Target("guide", _("Help me choose"), "portal:guides"))
    offer(Target("products", _("Products"), "portal:products"))
    offer(Target("stores", _("Find a store"), "portal:stores"))
    offer(Target(LINK, _("A page of your own (link)")))
    show(tracking.SECTION)
    show(returns.SECTION)
    show(bookings.SECTION)
    show(queue.SECTION)
