"""What each figure over goods that come back means, in words people can check against the returns behind."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import LOWER, Metric, define

DELIVERED = define(
    Metric(
        "quality.delivered",
        _("Pieces delivered"),
        _(
            "Pieces that arrived in the period, parcel by parcel. What was handed over in a store, or brought in as "
            "history without parcels, arrived with its order."
        ),
        "pieces",
    )
)
RETURNED = define(
    Metric(
        "quality.returned",
        _("Pieces asked back"),
        _(
            "Of these very pieces, those that came back or were asked back up to now, whenever that was. What was "
            "declined, withdrawn or never sent is not counted; what was rejected after an inspection is."
        ),
        "pieces",
    )
)
RATE = define(
    Metric(
        "quality.rate",
        _("Return rate"),
        _(
            "Pieces asked back, of the pieces delivered in the period. Beside it the span in which the true rate lies "
            "with 95% certainty (Wilson). Pieces delivered less than 30 days ago may still come back: as long as there "
            "are such, the rate is too young to be judged and only grows."
        ),
        "share",
        better=LOWER,
    )
)
FAULTS = define(
    Metric(
        "quality.faults",
        _("Faulty or not as described"),
        _("Pieces asked back because they do not work, are not as described or arrived damaged, of those delivered."),
        "share",
        better=LOWER,
    )
)
PAID_BACK = define(
    Metric(
        "quality.paid_back",
        _("Paid back"),
        _(
            "Money that has been paid back for these pieces: goods, shipping and postage. Postage, and what was left "
            "out because no more was taken, is shared evenly among the pieces of one refund. What went into a "
            "replacement, and money given back without goods, is not in it."
        ),
        "money",
    )
)
COST = define(
    Metric(
        "quality.cost",
        _("What it cost us"),
        _(
            "Shipping and postage paid back; goods paid back that stay with the customer; what was paid ahead for "
            "pieces that never came or had lost their worth; and what scrapped pieces were still worth of the "
            "price paid. Goods that came back and are kept cost nothing here. Nobody's working time is in it."
        ),
        "money",
        better=LOWER,
    )
)
PER_RETURN = define(
    Metric(
        "quality.cost_per_return",
        _("Cost per after-sales case"),
        _("What it cost us, divided by the returns that these pieces are in."),
        "money",
        better=LOWER,
    )
)
CARRIER = define(
    Metric(
        "quality.carrier",
        _("Damaged or missing by carrier"),
        _(
            "Of the parcels a carrier delivered in the period, those of which at least one piece was asked back as "
            "damaged, missing or never arrived."
        ),
        "share",
        better=LOWER,
    )
)
PLACE = define(
    Metric(
        "quality.place",
        _("Wrong or missing by place"),
        _(
            "Of the parcels from a place that arrived in the period, those of which at least one piece was asked back "
            "as something else than was ordered, or as missing."
        ),
        "share",
        better=LOWER,
    )
)
BATCH = define(
    Metric(
        "quality.batch",
        _("Which batch comes back?"),
        _(
            "Pieces asked back, of those known to be of that batch when they were packed; of a parcel with one batch "
            "all are of it, and what stands on a label at the inspection goes before. A batch that became known only "
            "because a piece came back is counted beside it and in no rate: all such pieces have come back. Pieces of "
            "which nobody said the batch are a row of their own."
        ),
        "share",
        better=LOWER,
    )
)
FOUND = define(
    Metric(
        "quality.found",
        _("What was said and what was found"),
        _("Inspected pieces by the reason the customer gave and the condition in which they were found."),
        "pieces",
    )
)
