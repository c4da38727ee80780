"""What service consistency means, in words people can check."""

from django.utils.translation import gettext_lazy as _

from zhoudao.ground.metrics.definitions import Metric, define

CONSISTENCY = define(
    Metric(
        "cases.consistency",
        _("Service consistency"),
        _(
            "Like cases (of the same kind, cause, tier and customer's value, solved in the period) are compared by "
            "channel, store, team or person. Times and grants: the Kruskal–Wallis test on ranks, corrected for equal"
            " values; outcomes: the chi-square test. The share is what of all spread lies between the groups: 0% all"
            " serve alike, 100% the group alone decides. Only what stands when at most one of twenty findings may be"
            " chance (Benjamini and Hochberg) is called different. Groups below eight cases are not judged. Of very "
            "many cases the newest 10,000 are compared. A difference is a question to ask, not yet a fault."
        ),
        "share",
    )
)
