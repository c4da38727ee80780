"""What the tree of reasons means, in words people can check."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

REASONS = define(
    Metric(
        "cases.reasons",
        _("What cases come from"),
        _(
            "Cases opened in the period by kind, by the cause they were solved with (not known yet while they are "
            "open), and by the product their last answer on record names. Trend: against the period of the same "
            "length before."
        ),
        "cases",
    )
)
REASON_REPEATS = define(
    Metric(
        "cases.reason_repeats",
        _("Repeat rate of a reason"),
        _(
            "Of its cases, those with which a customer came again: the same customer had been told within the 72 "
            "hours before that the same matter was solved, or opened the same case again within 72 hours."
        ),
        "share",
    )
)
REASON_MINUTES = define(
    Metric(
        "cases.reason_minutes",
        _("Human minutes of a reason"),
        _(
            "How often people answered in its solved cases, times the minutes an answer is taken to take (settings, "
            "what work costs). Counted within seconds of the solution; in cases solved before this was counted, one "
            "answer a contact. Confirmations and what programs say take none."
        ),
        "minutes",
    )
)
REASON_COST = define(
    Metric(
        "cases.reason_cost",
        _("Cost of a reason"),
        _(
            "Its human minutes times what a minute is taken to cost (settings, what work costs), and what was "
            "granted to customers in its cases, in the company's currency. What an answer to a complaint says it "
            "cost and what was granted in the same case are the same money: the larger of both counts."
        ),
        "money",
    )
)
