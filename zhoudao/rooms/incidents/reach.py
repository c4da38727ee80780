"""Over which channel an affected case's customer can be written to, in which language."""

from collections.abc import Sequence

from zhoudao.kit.frozen import frozen
from zhoudao.kit.languages import FALLBACK, pick
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.cases.queries.ways import CARRYING, ways_of
from zhoudao.rooms.incidents.models import Round
from zhoudao.rooms.teamwork.variables import language_of


@frozen
class Reach:
    """`way` as `reply_to_case` takes it, '' for the case's own thread."""

    channel_kind: str
    way: str = ""


def reach_of(case: Case) -> Reach | None:
    """How this customer can be written to; None where nothing carries, or they were forgotten. The case's own channel
    costs no statement.
    """
    channel = case.conversation.channel if case.conversation else None
    if channel is None or case.customer.erased_at is not None:
        return None
    if channel.kind in CARRYING and channel.is_active:
        return Reach(channel.kind)
    usual = next((way for way in ways_of(case) if way.is_default), None)
    return Reach(usual.channel.kind, usual.key) if usual else None


def text_for(round_: Round, case: Case) -> str:
    """The round's words in the customer's language, else in the fallback, else in any; '' when it has none."""
    return pick(round_.texts, language_of(case))


def missing_languages(round_: Round, cases: Sequence[Case]) -> dict[str, int]:
    """How many customers write in a language the round has no words in, by language."""
    found: dict[str, int] = {}
    for case in cases:
        tag = language_of(case) or FALLBACK
        if round_.texts and not round_.texts.get(tag):
            found[tag] = found.get(tag, 0) + 1
    return found
