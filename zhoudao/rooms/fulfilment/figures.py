"""What each figure over picking and packing means, in words people can check against the scans behind."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

WRONG_PICKS = define(
    Metric(
        "fulfilment.wrong_picks",
        _("Wrong picks"),
        _(
            "Of the scans of goods, bins and totes in the period that were right or wrong, the share that was wrong: "
            "wrong item, bin or tote, too many, unknown barcode. Nothing wrong can be packed. "
            "Behind it are the wrong scans."
        ),
        "share",
    )
)
PICKS_PER_HOUR = define(
    Metric(
        "fulfilment.picks_per_hour",
        _("Picked an hour"),
        _(
            "Pieces picked rightly in the period by the hours spent picking: the time between one scan of a person in "
            "a wave and the next, where that was no longer than fifteen minutes."
        ),
        "pieces",
    )
)
