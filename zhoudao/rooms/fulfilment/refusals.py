"""What fulfilment refuses, by name."""


class FulfilmentRefused(Exception):
    """This is not possible for these goods."""


class WaveNotFound(FulfilmentRefused):
    """There is no such wave."""


class WaveEmpty(FulfilmentRefused):
    """No order waits to be picked here: choose another place or a later time."""


class WaveUnsound(FulfilmentRefused):
    """A wave has a method, and takes 1 to 50 orders, into totes at most 16."""


class WaveElsewhere(FulfilmentRefused):
    """The wave has moved on meanwhile: look at it again."""


class WaveHeld(FulfilmentRefused):
    """This wave is held: somebody has to let it go on."""


class PickedByAnother(FulfilmentRefused):
    """A colleague picks this wave: take it over first."""


class NothingToPick(FulfilmentRefused):
    """There is nothing left to pick."""


class ToteNotFound(FulfilmentRefused):
    """There is no such tote here: {detail}."""

    def __init__(self, detail: str = "") -> None:
        self.detail = detail
        super().__init__((ToteNotFound.__doc__ or "").format(detail=detail))


class ToteElsewhere(FulfilmentRefused):
    """This tote is not to be packed now."""


class ToteStopped(FulfilmentRefused):
    """The order was stopped: put its goods back."""


class ToteIncomplete(FulfilmentRefused):
    """Not everything was scanned into the parcel yet."""


class NothingToLabel(FulfilmentRefused):
    """No parcel of this wave is picked or packed yet: there is nothing to label."""


class FormatUnsound(FulfilmentRefused):
    """Choose one of the formats of labels."""


class WeightUnsound(FulfilmentRefused):
    """A weight is a whole number of grams from 1 to 1,000,000."""


class WeightOff(FulfilmentRefused):
    """The weight is not what it should be: pack again, or a lead says why it is right."""


class WeightUnexplained(FulfilmentRefused):
    """Choose why this weight is right."""


class BinUnsound(FulfilmentRefused):
    """A bin is called by letters, digits, dots and hyphens, at most forty, such as A-03-12."""
