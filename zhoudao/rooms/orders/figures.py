"""What each figure over orders means, in words people can check against the orders behind."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

APPROVED = define(
    Metric(
        "orders.approved",
        _("Approved orders"),
        _("Orders that were reviewed and approved in the period. What was brought in as history is left out."),
        "orders",
    )
)
TOUCHLESS = define(
    Metric(
        "orders.touchless",
        _("Touchless"),
        _(
            "Of the approved orders, the share that nothing ever held: no detector and no person. "
            "Behind it are the orders that were held."
        ),
        "share",
    )
)
APPROVAL_TIME = define(
    Metric(
        "orders.approval_time",
        _("Review time"),
        _("Median of the time from the moment an order reached us to its approval, over the approved orders."),
        "minutes",
    )
)
TO_SHIP = define(
    Metric(
        "orders.to_ship",
        _("Order to ship"),
        _("Median of the time from placing to the moment all of it had left, over orders that left in the period."),
        "minutes",
    )
)
ON_TIME = define(
    Metric(
        "orders.on_time",
        _("On time"),
        _(
            "Of the orders promised for a time in the period that is over, and not cancelled, the share that had been "
            "delivered by then. Behind it are those that had not."
        ),
        "share",
    )
)
LOAD = define(
    Metric(
        "orders.load",
        _("Load of a place"),
        _(
            "Parcels that orders are to leave in from this place on days of the period, and which share of what the "
            "place can send on these days that is. Behind it are the orders packed on those days."
        ),
        "share",
    )
)
ALL = (APPROVED, TOUCHLESS, APPROVAL_TIME, TO_SHIP, ON_TIME)
