"""Why something cannot be done with a handbook."""


class HandbookRefusal(Exception):
    """This cannot be done with the handbook; the docstring is its message."""

    def __init__(self) -> None:
        super().__init__(self.__doc__)


class EditionNotFound(HandbookRefusal):
    """There is no such handbook."""


class NoSteps(HandbookRefusal):
    """This team has no steps in this flow."""


class NotADraft(HandbookRefusal):
    """This edition is approved or superseded already."""


class OwnEdition(HandbookRefusal):
    """Somebody else approves what you made; there are others who may."""


class NewerApproved(HandbookRefusal):
    """An edition of a newer version is approved already."""


class NotOpened(HandbookRefusal):
    """Open the handbook and go through it first."""


class NotAsked(HandbookRefusal):
    """Only people of the team confirm its approved handbook."""


class RemindedEnough(HandbookRefusal):
    """They were reminded within the last day, or three times already."""
