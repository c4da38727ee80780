"""What customers write of a return: sealed under their key."""

from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.rooms.aftersales.models import ReturnRequest


def seal_words(request: ReturnRequest, key_id: UUID, words: str) -> None:
    """This will write their words on the request in hand; the caller saves it."""
    request.words_sealed = box.seal(key_id, words, place=_place(request)) if words else None


def words_of(request: ReturnRequest) -> str:
    """Their words, in clear; empty once they were erased."""
    return box.open_text(request.words_sealed, place=_place(request)) if request.words_sealed else ""


def _place(request: ReturnRequest) -> str:
    return f"return.words.{request.id}"
