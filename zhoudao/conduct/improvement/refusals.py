"""Why something cannot be done with the register; the doors say it in words."""


class ImprovementRefusal(Exception):
    """This cannot be done; the docstring is its message."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class InitiativeNotFound(ImprovementRefusal):
    """There is no such initiative."""


class InitiativeUnsound(ImprovementRefusal):
    """An initiative has a title, an owner and a day within the next two years."""


class GoalUnsound(ImprovementRefusal):
    """A goal is a figure with a history or a few words, with numbers that can be reached."""


class GoalMissing(ImprovementRefusal):
    """Say what is to be reached, and from where, before it begins."""


class MeasuresMissing(ImprovementRefusal):
    """Say what is to be done before it begins."""


class MeasuresOpen(ImprovementRefusal):
    """Tick what is done, or take it away, before the result is looked at."""


class ResultMissing(ImprovementRefusal):
    """Note the result first."""


class DecisionMissing(ImprovementRefusal):
    """Say what is made of the result, and why."""


class NotThere(ImprovementRefusal):
    """It has moved on meanwhile, or is closed. Look at it, then decide again."""


class MeasureUnsound(ImprovementRefusal):
    """A measure has words, and an initiative no more than forty of them."""


class CaseNotFound(ImprovementRefusal):
    """There is no such case."""


class SuggestionNotFound(ImprovementRefusal):
    """There is no such suggestion."""


class SuggestionUnsound(ImprovementRefusal):
    """Say in a few words what should be otherwise."""


class AnsweredAlready(ImprovementRefusal):
    """This suggestion is answered already."""


class ReasonMissing(ImprovementRefusal):
    """Who suggested it should read why not."""


class ProgrammeNotFound(ImprovementRefusal):
    """There is no such programme."""


class ProgrammeOver(ImprovementRefusal):
    """This programme is closed."""


class RowUnsound(ImprovementRefusal):
    """Fill in everything that is asked for, with days in order and numbers that can be."""


class AuditNotFound(ImprovementRefusal):
    """There is no such audit."""


class SheetUnsound(ImprovementRefusal):
    """A sheet has rows with a beginning and an end, or a note, of a day that is not ahead."""
