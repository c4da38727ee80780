"""What each figure over cases means, in words people can check against their cases."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

WAITING = define(
    Metric(
        "cases.waiting",
        _("Waiting for us"),
        _("New and open cases in which the customer wrote last. Counted now, whatever the period."),
        "cases",
    )
)
LONGEST_WAIT = define(
    Metric(
        "cases.longest_wait",
        _("Longest wait"),
        _(
            "Of the cases waiting for us, the longest time since the customer's first word that nobody has answered. "
            "Counted now, nights and weekends included."
        ),
        "minutes",
    )
)
AT_RISK = define(
    Metric(
        "cases.promises_at_risk",
        _("Promises at risk"),
        _("Cases with a promise that runs and is due within the next 30 minutes. Counted now."),
        "cases",
    )
)
OVERDUE = define(
    Metric(
        "cases.promises_overdue",
        _("Promises missed, still open"),
        _("Cases with a promise that is past its time and has not been made good. Counted now."),
        "cases",
    )
)
KEPT = define(
    Metric(
        "cases.promises_kept",
        _("Promises kept"),
        _(
            "Of the promises kept in time or missed in the period, the share kept in time. A promise made good "
            "late was missed, at the moment it ran out. Promises that ended otherwise do not count."
        ),
        "share",
    )
)
FIRST_REPLY = define(
    Metric(
        "cases.first_reply",
        _("First reply by a person"),
        _(
            "Median (and 90th percentile) of the time from the opening of a case to the first answer by a person, "
            "nights and weekends included, over the cases opened in the period that were answered so far. Boards round "
            "times by at most one per cent."
        ),
        "minutes",
    )
)
RESOLUTION = define(
    Metric(
        "cases.resolution",
        _("Time to solution"),
        _(
            "Median (and 90th percentile) of the time from the opening of a case to its last resolution, nights and "
            "weekends included, over the cases resolved in the period and not opened again since. Boards round times "
            "by at most one per cent."
        ),
        "minutes",
    )
)
FIRST_CONTACT = define(
    Metric(
        "cases.first_contact_resolution",
        _("Solved at first contact"),
        _(
            "Of the cases resolved in the period and not open again, the share that was never reopened and after "
            "whose resolution the same customer opened no other case on the same matter within 72 hours. The same "
            "matter: linked by a colleague, about the same order, or of the same kind and (once known) the same cause. "
            "Young cases may still drop out."
        ),
        "share",
    )
)
REPEATS = define(
    Metric(
        "cases.repeat_contacts",
        _("Repeat contacts"),
        _(
            "Of the cases in which a customer came to us in the period (opened, or opened again by the customer), the "
            "share that repeats: the same customer was told within the 72 hours before that the same matter was "
            "solved. The same matter: the same case, one a colleague linked, about the same order, or of the same kind "
            "and (once known) the same cause. Joined customer records count as one."
        ),
        "share",
    )
)
OPENED = define(
    Metric(
        "cases.opened", _("New cases"), _("Cases opened in the period, by the hour or day they were opened."), "cases"
    )
)
UPSET = define(
    Metric(
        "cases.upset",
        _("Unhappy customers"),
        _(
            "Of the cases not resolved (new, open, waiting, snoozed), those whose customer sounded upset in their last "
            "message that tells a mood, and their share. A message is judged by its words within seconds: upset means "
            "sure nine times in ten; numbers, greetings and other languages tell nothing; what a colleague says of it "
            "counts before our judgement. Counted now, whatever the period."
        ),
        "cases",
    )
)
HEARD_UPSET = define(
    Metric(
        "cases.heard_upset",
        _("How customers sound"),
        _(
            "Each case once, at the hour or day of its customer's last message that tells a mood: "
            "upset, or not. A customer who calms down later moves to that later hour."
        ),
        "cases",
    )
)
TRANSFERS_PER_CASE = define(
    Metric(
        "cases.transfers_per_case",
        _("Hand-overs per case"),
        _(
            "Of the cases resolved in the period and not opened again since: how often a person handed them over in "
            "their whole life, divided by all of them, those never handed over included. A hand-over: by hand from the "
            "contact person, or from the team, to another. What routing does by itself, taking what nobody has, and "
            "what was taken back do not count."
        ),
        "times",
    )
)
TRANSFERS = define(
    Metric(
        "cases.transfers",
        _("Hand-overs"),
        _(
            "Hand-overs by hand made in the period, from the contact person or the team to another, each with its "
            "reason. What routing does by itself, taking what nobody has, and what was taken back do not count."
        ),
        "times",
    )
)
BOUNCES = define(
    Metric(
        "cases.bounces",
        _("Bounces"),
        _(
            "Of the hand-overs made in the period, those to somebody who had the case before; those to a team without "
            "naming anybody, when the team had it before."
        ),
        "times",
    )
)
