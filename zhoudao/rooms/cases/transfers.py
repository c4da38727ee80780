"""Why a case is handed over, in a code and in one's own words."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import pgettext_lazy

from zhoudao.ground.eventlog.facts import name_codes
from zhoudao.ground.vault import box
from zhoudao.kit.text import clip
from zhoudao.rooms.cases.models import Case, Transfer

TRANSFER = "cases:transfer"
LONGEST = 500
OTHER = "another_reason"
REASONS: dict[str, LazyText] = {
    "wrong_place": pgettext_lazy("transfer reason", "It came to the wrong team or person"),
    "other_skill": pgettext_lazy("transfer reason", "It needs other knowledge"),
    "more_authority": pgettext_lazy("transfer reason", "It needs somebody who may decide more"),
    "other_person_wished": pgettext_lazy("transfer reason", "The customer wants to speak to somebody else"),
    "shift_over": pgettext_lazy("transfer reason", "Whoever has it ends their shift or is away"),
    "too_much_work": pgettext_lazy("transfer reason", "Whoever has it has too much to do"),
    "cannot_wait": pgettext_lazy("taking", "It cannot wait"),
    OTHER: pgettext_lazy("transfer reason", "Another reason"),
}
name_codes(REASONS)


def cleaned(words: str) -> str:
    """Somebody's own words, as they are kept."""
    return clip(words.replace("\0", "").strip(), LONGEST)


def seal_words(transfer: Transfer, case: Case, words: str) -> None:
    """This will put words about a case into its transfer, under its customer's key."""
    transfer.words_sealed = box.seal(case.customer.key_id, words, place=_place(transfer)) if words else None


def words_of(transfer: Transfer) -> str:
    """Why, in the words of who did it; nothing once the customer's key is destroyed."""
    try:
        return box.open_text(transfer.words_sealed, place=_place(transfer)) if transfer.words_sealed else ""
    except box.Unreadable:
        return ""


def _place(transfer: Transfer) -> str:
    return f"transfer.words.{transfer.id}"
