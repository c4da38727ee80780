"""What each figure over repairs means, in words people can check."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import LOWER, Metric, define

REPAIRS = define(
    Metric(
        "repairs.repairs",
        _("Repairs asked for"),
        _("Repairs asked for in the period, by customers or on their behalf. What was called off is not counted."),
        "repairs",
    )
)
AGAIN = define(
    Metric(
        "repairs.again",
        _("Repaired again"),
        _(
            "Of the repairs of the period that were judged and done, those whose device had been repaired for the same "
            "fault within 90 days before. Beside it the span in which the true share lies with 95% certainty (Wilson)."
        ),
        "share",
        better=LOWER,
    )
)
TAKEN = define(
    Metric(
        "repairs.taken",
        _("Until it was repaired"),
        _("From the customer's word until whoever repaired it was done, on average over those that are done."),
        "minutes",
        better=LOWER,
    )
)
COVERED = define(
    Metric(
        "repairs.covered",
        _("Under warranty"),
        _("Of the repairs asked for in the period, those the warranty pays for."),
        "share",
    )
)
