"""What each figure over cases means, in words people can check against their cases."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import HIGHER, LOWER, Benchmark, Metric, define

WAITING = define(
    Metric(
        "cases.waiting",
        _("Waiting for us"),
        _("New and open cases in which the customer wrote last. Counted now, whatever the period."),
        "cases",
        better=LOWER,
        is_daily=True,
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
        better=LOWER,
        is_daily=True,
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
        better=HIGHER,
        benchmark=Benchmark(
            0.95,
            _("our own promise: 95 of 100 promises are kept in time; no measured median of retailers is known to us"),
        ),
        is_daily=True,
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
        better=LOWER,
        is_daily=True,
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
        better=LOWER,
        is_daily=True,
    )
)
ANSWERED = define(
    Metric(
        "cases.answered",
        _("Answered by a person"),
        _(
            "Of the cases opened in the period, the share that a person has answered so far. Young cases may still "
            "come in."
        ),
        "share",
        better=HIGHER,
        is_daily=True,
    )
)
RESOLVED = define(
    Metric(
        "cases.resolved",
        _("Resolved cases"),
        _("Cases resolved in the period and not opened again since."),
        "cases",
        is_daily=True,
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
        better=HIGHER,
        benchmark=Benchmark(
            0.7,
            _(
                "the industry average that SQM Group reports from surveys after calls, about 70 of 100; it asks "
                "customers, we count cases"
            ),
        ),
        is_daily=True,
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
        better=LOWER,
        is_daily=True,
    )
)
OPENED = define(
    Metric(
        "cases.opened",
        _("New cases"),
        _("Cases opened in the period, by the hour or day they were opened."),
        "cases",
        is_daily=True,
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
        better=LOWER,
        is_daily=True,
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
        better=LOWER,
        is_daily=True,
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
        better=LOWER,
        is_daily=True,
        is_sum=True,
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
        better=LOWER,
        is_daily=True,
        is_sum=True,
    )
)
EFFORT = define(
    Metric(
        "cases.effort",
        _("Counted cases"),
        _(
            "Cases resolved in the period and not opened again since, whose effort was counted: from the messages of "
            "the case and of all merged into it, within seconds of its solution. What nobody wrote (confirmations, "
            "questionnaires), private notes and answers taken back do not count."
        ),
        "cases",
    )
)
EFFORT_CONTACTS = define(
    Metric(
        "cases.effort_contacts",
        _("Contacts per case"),
        _(
            "How often customers had to come to us for one case, on average over the counted cases. What is said over "
            "one channel belongs together; after half an hour in which neither side said anything, or over another "
            "channel, the customer has come again. Opens the cases that took more than one."
        ),
        "times",
        better=LOWER,
        is_daily=True,
    )
)
EFFORT_REPEATS = define(
    Metric(
        "cases.effort_repeats",
        _("The same fact again"),
        _(
            "How often a customer gave what they had given in an earlier contact of the case (an order, serial or "
            "other number, a phone, card or mail address as it is starred, the same file), or wrote the order number "
            "the conversation came with; and how often we asked again for an order, phone number, address, serial, "
            "model, picture, name or invoice title, or a step of the flow asked twice. Each fact once a contact. "
            "Opens the cases with any."
        ),
        "times",
        better=LOWER,
    )
)
EFFORT_CHANNELS = define(
    Metric(
        "cases.effort_channels",
        _("Channels per case"),
        _(
            "By how many kinds of channel customers came to us for one case, on average over the counted cases. "
            "Opens those with more than one."
        ),
        "channels",
        better=LOWER,
    )
)
EFFORT_PEOPLE = define(
    Metric(
        "cases.effort_people",
        _("People met per case"),
        _(
            "How many colleagues answered a customer, spoke with them or served them at the counter for one case, on "
            "average over the counted cases. Opens those with more than one."
        ),
        "people",
        better=LOWER,
    )
)
EFFORT_WAITING = define(
    Metric(
        "cases.effort_waiting",
        _("Waiting per case"),
        _(
            "How long customers waited in one case for a person's answer, all waits together, nights and weekends "
            "included, on average over the counted cases: from their first word to the next answer by a person, or "
            "to the solution. Opens those in which anybody waited."
        ),
        "minutes",
        better=LOWER,
        is_daily=True,
    )
)
COHORT = define(
    Metric(
        "cases.cohort",
        _("Cases of the period"),
        _(
            "Cases opened in the period, wherever they stand now; by value: the grade the customer had when the case"
            " was opened (cases from before grades were counted have none)."
        ),
        "cases",
    )
)
RESOLUTION_RATE = define(
    Metric(
        "cases.resolution_rate",
        _("Resolution rate"),
        _(
            "Of the cases opened in the period, the share that is solved now: resolved or closed, and not opened "
            "again since. Young cases may still be solved, so the last days stand lower; the period before has had "
            "longer."
        ),
        "share",
    )
)
UNSOLVED = define(
    Metric(
        "cases.unsolved",
        _("Not solved yet"),
        _("Of the cases opened in the period, those that are not solved now: new, open, waiting, or opened again."),
        "cases",
    )
)
COMPLAINT_RATE = define(
    Metric(
        "cases.complaint_rate",
        _("Complaint rate"),
        _("Of the cases opened in the period, the share that are complaints, as they are classified now."),
        "share",
    )
)
COMPLAINT_REPLY = define(
    Metric(
        "cases.complaint_reply",
        _("Complaints: first reply by a person"),
        _(
            "Median time from the opening of a complaint to the first answer by a person, nights and weekends "
            "included, over the complaints opened in the period that were answered so far. Times are rounded by at "
            "most one per cent."
        ),
        "minutes",
    )
)
COMPLAINT_RESOLUTION = define(
    Metric(
        "cases.complaint_resolution",
        _("Complaints: time to solution"),
        _(
            "Median time from the opening of a complaint to its last resolution, nights and weekends included, over "
            "the complaints opened in the period that are solved now. Times are rounded by at most one per cent."
        ),
        "minutes",
    )
)
# the daily ones that can be counted of any day, also long after; the others only while it lasts
OF_PERIODS = (
    TRANSFERS_PER_CASE,
    TRANSFERS,
    BOUNCES,
    OPENED,
    ANSWERED,
    FIRST_REPLY,
    RESOLVED,
    RESOLUTION,
    FIRST_CONTACT,
    REPEATS,
    KEPT,
    EFFORT_CONTACTS,
    EFFORT_WAITING,
)
