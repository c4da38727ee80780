"""What each figure over bookings means, in words people can check against the bookings behind."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

BOOKED = define(
    Metric(
        "bookings.booked",
        _("Booked"),
        _("Bookings for a time in the period, whatever became of them; moved ones count at their last time."),
        "bookings",
    )
)
KEPT = define(
    Metric(
        "bookings.kept",
        _("Kept"),
        _("Of them, those that took place or are under way: the customer came, or was reached."),
        "bookings",
    )
)
NO_SHOW = define(
    Metric(
        "bookings.no_show",
        _("Not come"),
        _("Of the bookings whose time is over and that nobody cancelled, the share for which nobody came."),
        "share",
    )
)
LEAD = define(
    Metric(
        "bookings.lead",
        _("Booked ahead"),
        _("Median of the time from booking to the time booked, over all bookings of the period."),
        "minutes",
    )
)
WAITING = define(
    Metric(
        "bookings.waiting",
        _("Waited after arrival"),
        _(
            "Median of the time from the arrival, or the time booked if they came earlier, to the begin; over the "
            "bookings of the period that began after an arrival. Who begins before the time booked waited nothing."
        ),
        "minutes",
    )
)
ALL = (BOOKED, KEPT, NO_SHOW, LEAD, WAITING)
