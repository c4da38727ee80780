"""What each kind of error is, in words people can check. What is in one is in no other."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

MISSED = define(
    Metric(
        "errors.promises",
        _("Promises missed"),
        _(
            "Promises that ran out in the period without being kept, each with the minutes an apology and an "
            "explanation are assumed to take. What the case itself takes is not in it."
        ),
        "times",
    )
)
AGAIN = define(
    Metric(
        "errors.repeats",
        _("Customers who had to come again"),
        _(
            "Cases in which a customer came to us in the period although they had been told within the 72 hours "
            "before that the same matter was solved (the board's repeat contacts), each with the minutes that "
            "hearing it again is assumed to take. A solution that a colleague takes back is not in it."
        ),
        "cases",
    )
)
BOUNCED = define(
    Metric(
        "errors.bounces",
        _("Hand-overs that went back"),
        _(
            "Hand-overs made in the period to somebody, or to a team, who had the case before, each with the minutes"
            " that reading a case anew is assumed to take. Other hand-overs are no error."
        ),
        "times",
    )
)
TAKEN_BACK = define(
    Metric(
        "errors.taken_back",
        _("Decisions taken back"),
        _(
            "Solutions that a colleague took back by opening the case again, and merges taken apart, in the period, "
            "each with the minutes it is assumed to take. When the customer opens it again it is a repeat contact "
            "instead."
        ),
        "times",
    )
)
GIVEN = define(
    Metric(
        "errors.given",
        _("Given to make good"),
        _(
            "Money granted to customers in the period, by case, in the company's currency. What was granted in a "
            "case and what its recorded answers say it cost are the same money: the larger of both counts."
        ),
        "cases",
    )
)
PARCELS = define(
    Metric(
        "errors.parcels",
        _("Parcels late or in trouble"),
        _(
            "Order exceptions opened in the period about an order of which a parcel was found late, standing still, in "
            "trouble or lost in the period, each with the minutes that asking the carrier is assumed to take."
        ),
        "cases",
    )
)
