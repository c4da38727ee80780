"""What is said when something about a visit is refused."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

VISITS: dict[str, LazyText] = {
    "NoSuchVisit": _("There is no such visit."),
    "VisitTooFarOn": _("This visit is over, or too far on for this."),
    "VisitChanged": _("Somebody has changed this visit meanwhile; look at it again."),
    "AddressUnknown": _("Where this is, is not known: give a province or a city, or the coordinates."),
    "WishUnsound": _("A visit takes five minutes to ten hours, and lies within the next three months."),
    "StillOut": _("The engineer is still on another visit; end that one first."),
    "OutcomeUnknown": _("Choose what came of it."),
    "SkillLacking": _("No engineer has this skill."),
    "BrandLacking": _("No engineer with this skill works on this brand."),
    "CertificationLacking": _("No engineer with this skill has the certification that is needed."),
    "CertificationExpired": _("The certification of every engineer who could do it has expired."),
    "TooFar": _("Every engineer who could do it works too far away."),
    "NoTime": _("No engineer who could do it has time then."),
    "PointUnsound": _("A service point has a name, a province or coordinates, and working hours."),
    "PointUnknown": _("There is no such service point."),
    "PointInUse": _("Engineers work from this service point; give them another first."),
    "EngineerUnsound": _("An engineer has a skill, works up to 2,000 km away, and makes one to twenty visits a day."),
    "EngineerUnknown": _("There is no such engineer."),
    "EngineerInUse": _("This engineer still has visits to make; give them to others first."),
}
