"""What a chat is about, as its page hands it to the first message: signed, so that nobody names another's case."""

from uuid import UUID

from django.core import signing

from zhoudao.kit.frozen import frozen

_SALT = "portal.about"
_DAY_SECONDS = 24 * 3600


@frozen
class About:
    """The kind of a new case, or the conversation whose case it goes on with, for the holder of this pass."""

    kind: str = ""
    main_id: UUID | None = None
    pass_id: UUID | None = None


def sealed(about: About) -> str:
    """As the page carries it."""
    parts = [about.kind, about.main_id.hex if about.main_id else "", about.pass_id.hex if about.pass_id else ""]
    return signing.dumps(parts, salt=_SALT)


def opened(text: str, pass_id: UUID | None) -> About:
    """What a page of ours said within a day to the holder of this pass (None: to anybody); else nothing."""
    try:
        kind, main, held = signing.loads(text, salt=_SALT, max_age=_DAY_SECONDS)
    except (signing.BadSignature, ValueError, TypeError):
        return About()
    if held and (pass_id is None or held != pass_id.hex):
        return About()
    return About(kind, UUID(main) if main else None, pass_id if held else None)
