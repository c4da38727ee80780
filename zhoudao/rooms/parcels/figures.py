"""What each figure over parcels means, in words people can check against the parcels behind."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

FRESH = define(
    Metric(
        "parcels.fresh",
        _("Fresh news"),
        _(
            "Of a carrier's parcels that are under way now, the share it has told something of within 24 hours. A "
            "parcel that left within 24 hours counts as told of. Behind it are those it is silent about."
        ),
        "share",
    )
)
LATE = define(
    Metric(
        "parcels.late",
        _("Likely late"),
        _("Parcels under way now that were found likely to arrive after the promise, and those that stand still."),
        "parcels",
    )
)
