"""What visits refuse, by name."""

from typing import ClassVar


class VisitRefused(Exception):
    """This is not possible for this visit."""


class NoSuchVisit(VisitRefused):
    """There is no such visit."""


class VisitTooFarOn(VisitRefused):
    """This visit is over, or too far on for this."""


class VisitChanged(VisitRefused):
    """Somebody has changed this visit meanwhile; look at it again."""


class SlotTaken(VisitRefused):
    """This time is not free any more; choose another."""


class TooLateToChange(VisitRefused):
    """It begins too soon to be changed by the customer."""


class AddressUnknown(VisitRefused):
    """Where this is, is not known: give a province or a city, or the coordinates."""


class WishUnsound(VisitRefused):
    """A visit takes five minutes to ten hours, and lies within the next three months."""


class KeyReused(VisitRefused):
    """This was asked before, for something else."""


class StillOut(VisitRefused):
    """The engineer is still on another visit; end that one first."""


class OutcomeUnknown(VisitRefused):
    """Choose what came of it."""


class NobodyAble(VisitRefused):
    """Nobody can be sent; `lacking` says what is missing, as a code."""

    lacking: ClassVar[str] = ""


class SkillLacking(NobodyAble):
    """No engineer has this skill."""

    lacking = "skill"


class BrandLacking(NobodyAble):
    """No engineer with this skill works on this brand."""

    lacking = "brand"


class CertificationLacking(NobodyAble):
    """No engineer with this skill has the certification that is needed."""

    lacking = "certification"


class CertificationExpired(NobodyAble):
    """The certification of every engineer who could do it has expired."""

    lacking = "expired"


class TooFar(NobodyAble):
    """Every engineer who could do it works too far away."""

    lacking = "distance"


class NoTime(NobodyAble):
    """No engineer who could do it has time then."""

    lacking = "time"


class PointUnsound(VisitRefused):
    """A service point has a name, a province or coordinates, and working hours."""


class PointUnknown(VisitRefused):
    """There is no such service point."""


class PointInUse(VisitRefused):
    """Engineers work from this service point; give them another first."""


class EngineerUnsound(VisitRefused):
    """An engineer has a skill, works up to 2,000 km away, and makes one to twenty visits a day."""


class EngineerUnknown(VisitRefused):
    """There is no such engineer."""


class EngineerInUse(VisitRefused):
    """This engineer still has visits to make; give them to others first."""


LACKING: dict[str, type[NobodyAble]] = {
    one.lacking: one for one in (SkillLacking, BrandLacking, CertificationLacking, CertificationExpired, TooFar, NoTime)
}
