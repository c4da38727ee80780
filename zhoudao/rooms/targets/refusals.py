"""Why something cannot be done with a target; the doors say it in words."""


class TargetRefusal(Exception):
    """Something cannot be done; the docstring is its message."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class FigureUnknown(TargetRefusal):
    """There is no such figure, or none with a history in this store."""


class NotTheirsToSet(TargetRefusal):
    """Targets of a store are set by who leads all of it, those of the company by who leads everywhere."""


class NoBetterWay(TargetRefusal):
    """Neither more nor less of this figure is better: it can be watched, not aimed at."""


class TargetUnsound(TargetRefusal):
    """A share lies between 0 and 100 %, everything else at 0 or above."""


class RuleUnsound(TargetRefusal):
    """An alarm needs between one and all of the last one to fourteen days."""


class ReasonMissing(TargetRefusal):
    """Say in a few words why this is the target."""


class TargetChanged(TargetRefusal):
    """Somebody else has changed this target meanwhile. Look at it, then decide again."""


class NoTarget(TargetRefusal):
    """This figure has no target."""


class ShortfallNotFound(TargetRefusal):
    """There is no such alarm."""


class ImprovementUnsound(TargetRefusal):
    """An improvement has words, an owner who may read figures, and a day from today on."""


class NotTheirsToDo(TargetRefusal):
    """Improvements are given by who sets this figure's targets, and ticked by these and their owner."""
