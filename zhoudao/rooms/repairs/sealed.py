"""What customers write and sign with, sealed under their key."""

from uuid import UUID

from zhoudao.ground.vault import box
from zhoudao.rooms.repairs.models import Repair, Work


def seal_words(repair: Repair, key_id: UUID, words: str) -> None:
    """This will write their words on the repair in hand; the caller saves it."""
    repair.words_sealed = box.seal(key_id, words, place=_place("words", repair.id)) if words else None


def words_of(repair: Repair) -> str:
    """Their words, in clear; empty once they were erased."""
    return _open(repair.words_sealed, "words", repair.id)


def seal_name(repair: Repair, key_id: UUID, name: str) -> None:
    """This will write who signed on the repair in hand; the caller saves it."""
    repair.signed_name_sealed = box.seal(key_id, name, place=_place("signed", repair.id))


def signer_of(repair: Repair) -> str:
    """Who signed, in clear."""
    return _open(repair.signed_name_sealed, "signed", repair.id)


def seal_work(work: Work, key_id: UUID, words: str) -> None:
    """This will write what was found and done on the work in hand; the caller saves it."""
    work.words_sealed = box.seal(key_id, words, place=_place("work", work.id)) if words else None


def work_words(work: Work) -> str:
    """What was found and done, in clear."""
    return _open(work.words_sealed, "work", work.id)


def _open(sealed: bytes | memoryview | None, what: str, id_: UUID) -> str:
    return box.open_text(sealed, place=_place(what, id_)) if sealed else ""


def _place(what: str, id_: UUID) -> str:
    return f"repair.{what}.{id_}"
