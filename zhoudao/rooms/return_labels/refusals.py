"""What prepaid labels refuse, by name."""

from collections.abc import Sequence

from zhoudao.kit.frozen import frozen


class LabelRefused(Exception):
    """This is not possible with prepaid labels."""


class LabelNotFound(LabelRefused):
    """This return has no prepaid label."""


class LabelNotOffered(LabelRefused):
    """There is no prepaid label for this return."""


class LabelFeeChanged(LabelRefused):
    """What the label costs is otherwise than it was shown."""


class CourierComes(LabelRefused):
    """A courier is ordered for this return: call it off first."""


class LabelBeingMade(LabelRefused):
    """The label is being made: ask again in a moment."""


class LabelNotMade(LabelRefused):
    """The label could not be made: ask for it again."""


class PoolUnsound(LabelRefused):
    """Say from how many numbers on it is to be heard of: 0 to 100,000."""


@frozen
class Wrong:
    """What is wrong with a row of a file, as a code; `detail`: the text that is wrong, or the row it repeats."""

    row: int
    why: str
    detail: str = ""


class NumbersUnsound(LabelRefused):
    """Some rows are wrong, so that nothing of the file was taken."""

    def __init__(self, wrong: Sequence[Wrong]) -> None:
        self.wrong = wrong
        super().__init__(NumbersUnsound.__doc__)


class ColumnsMissing(LabelRefused):
    """The first row must name the columns."""

    def __init__(self, names: Sequence[str]) -> None:
        self.detail = ", ".join(names)
        super().__init__(f"{ColumnsMissing.__doc__} {self.detail}")
