"""What a case may be closed with: an outcome of the list, and a cause that is offered."""

from zhoudao.rooms.cases.outcomes import OUTCOMES
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.complaints.causes import causes


class EndingUnknown(CaseRefusal):
    """Choose an outcome and a cause from the lists."""

    def __init__(self, fields: dict[str, list[str]]) -> None:
        super().__init__()
        self.fields = fields  # what was wrong: the codes that are taken


def check_ending(outcome: str, cause: str) -> None:
    """This will refuse what is in no list; what is empty is for the command to refuse.

    Raises: EndingUnknown
    """
    taken = {"outcome": (outcome, list(OUTCOMES)), "cause": (cause, list(causes()))}
    unknown = {name: codes for name, (given, codes) in taken.items() if given.strip() and given.strip() not in codes}
    if unknown:
        raise EndingUnknown(unknown)
