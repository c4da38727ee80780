"""The words of the customers' pages."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

KINDS: dict[str, LazyText] = {
    "": _("Everything"),
    "cases": _("Cases"),
    "messages": _("Messages"),
    "notes": _("Notes"),
    "orders": _("Orders"),
    "bookings": _("Bookings"),
    "ratings": _("Ratings"),
    "record": _("Record and looks at it"),
}
DRAWINGS = {
    "conversations.MessageReceived": "message-circle",
    "conversations.ReplySent": "reply",
    "conversations.NoteAdded": "sticky-note",
    "voice.CaseRated": "star",
    "cases.CaseOpened": "inbox",
    "cases.CaseResolved": "circle-check",
    "cases.CaseReopened": "rotate-ccw",
    "cases.CaseClosed": "archive",
    "cases.CaseMerged": "merge",
    "cases.MergeUndone": "undo-2",
    "cases.CaseLinked": "link",
    "cases.CaseEscalated": "flag",
    "cases.PromiseBroken": "timer-off",
    "orders.OrderPlaced": "package",
    "orders.OrderShipped": "package",
    "orders.OrderDelivered": "circle-check",
    "parcels.ParcelHandedOver": "package",
    "parcels.ParcelMoved": "package",
    "parcels.ParcelFlagged": "flag",
    "orders.OrderCancelled": "x",
    "aftersales.PiecesCancelled": "scissors",
    "orders.OrderRepeatRefused": "circle-alert",
    "bookings.BookingMade": "calendar",
    "bookings.BookingMoved": "calendar",
    "bookings.BookingCancelled": "x",
    "bookings.CustomerArrived": "store",
    "bookings.BookingDone": "circle-check",
    "bookings.BookingMissed": "timer-off",
    "customers.CustomerMet": "user-plus",
    "customers.CustomersMerged": "merge",
    "customers.CustomerUnmerged": "undo-2",
    "customers.ProfileChanged": "pencil",
    "customers.CustomerUnmasked": "eye",
    "customers.CustomerServed": "store",
    "customers.IdentitiesNoted": "user-check",
    "customers.CustomerErased": "trash-2",
    "customers.ContactJoined": "building-2",
    "customers.ContactLeft": "building-2",
    "customers.CustomerExported": "download",
}
IDENTITIES: dict[str, LazyText] = {
    "phone": _("Phone"),
    "email": _("E-mail"),
    "member": _("Member number"),
    "openid": _("WeChat"),
    "external": _("Id in a connected system"),
    "visitor": _("Browser"),
}
CLASSES: dict[str, LazyText] = {
    "standard": _("Standard"),
    "silver": _("Silver"),
    "gold": _("Gold"),
    "vip": _("VIP"),
}
LANGUAGES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
HOURS: dict[str, LazyText] = {
    "": _("At any time"),
    "morning": _("In the morning"),
    "afternoon": _("In the afternoon"),
    "evening": _("In the evening"),
    "workday": _("On working days"),
}
CONSENTS: dict[str, LazyText] = {
    "care": pgettext_lazy("consent", "Care and reminders"),
    "survey": pgettext_lazy("consent", "Surveys"),
    "marketing": pgettext_lazy("consent", "Offers"),
}
EVIDENCE: dict[str, LazyText] = {
    "phone": _("Same phone"),
    "email": _("Same e-mail"),
    "member": _("Same member number"),
    "order": _("Same name and order"),
}
