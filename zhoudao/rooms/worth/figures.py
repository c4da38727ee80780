"""What grade and risk mean, in words people can check."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

VALUE = define(
    Metric(
        "customers.value",
        _("Value"),
        _(
            "What the customer ordered in the last twelve months, with prices as paid, over all joined records. "
            "Cancelled and refunded orders and failed payments do not count; refunds granted in cases are taken off,"
            " as far as no order refunded as a whole stands for them. Grade: A is the best tenth of all customers "
            "who bought, B the next fifth, C the next three tenths, D the rest, each currency by itself; without at "
            "least twenty buyers the customer's class gives it. Counted once a day."
        ),
        "money",
    )
)
LEAVING = define(
    Metric(
        "customers.leaving",
        _("Risk of leaving"),
        _(
            "Points of the reasons shown, added up: 45 and more is high, 20 and more medium. Not bought for more "
            "than twice (25) or three times (40) the customer's usual time between purchases, which is the median of"
            " two years, at least a fortnight, known from three purchase days on. Of the last 180 days: a complaint "
            "(15) or several (25), a promise missed in a case still open (20), the last rating one or two stars "
            "(15), a case that came back (10), something refused or found to be nothing (10); a case open for more "
            "than a week (10); the last words of 90 days upset (15). Without three purchase days and without a case "
            "not enough is known. Counted once a day; it decides nothing by itself."
        ),
        "points",
    )
)
