"""Why something was not taken, and what a person can do about it; and how mailboxes fare."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.kit.frozen import frozen

STATUSES: dict[str, LazyText] = {
    "received": _("Being read"),
    "parsed": _("Taken"),
    "failed": _("Not taken"),
    "ignored": _("Set aside"),
}


@frozen
class Why:
    """A reason in words, and what to do."""

    what: LazyText | str
    to_do: LazyText | str = ""


_LOOK = _("Read the beginning below; answer by another channel if a person wrote it.")
_INSIST = _("If a person wrote it, take it as a message.")
_WHY: dict[str, Why] = {
    "too_large": Why(_("It is larger than 25 MB; its headers and first megabyte were kept."), _INSIST),
    "too_slow": Why(_("Reading it took too long; it may be made to do harm."), _LOOK),
    "too_much_memory": Why(_("Reading it took too much memory; it may be made to do harm."), _LOOK),
    "too_deep": Why(_("Its parts are nested too deeply; it may be made to do harm."), _LOOK),
    "too_many_parts": Why(_("It has too many parts; it may be made to do harm."), _LOOK),
    "headers_too_large": Why(_("Its headers are larger than 64 KB; it may be made to do harm."), _LOOK),
    "unreadable": Why(_("It could not be read."), _LOOK),
    "no_sender": Why(_("It names no sender that could be answered."), _LOOK),
    "empty": Why(_("It has neither words nor files."), _("Nothing needs to be done.")),
    "attachment": Why(_("A file in it is empty or larger than 20 MB."), _LOOK),
    "key_reused": Why(
        _("Another message came under the same id before."),
        _("Tell whoever runs the sending system; trying again takes it as a message of its own."),
    ),
    "not_yours": Why(
        _("It named a conversation that is not its sender's."), _("Trying again begins a new conversation.")
    ),
    "store_unknown": Why(
        _("It named a store that does not exist."), _("Tell whoever runs the sending system; then try again.")
    ),
    "gave_up": Why(_("It failed six times by a fault of ours."), _("Tell an administrator; then try again.")),
    "auto_reply": Why(_("An automatic answer, such as an out-of-office notice."), _INSIST),
    "list": Why(_("Mail of a mailing list."), _INSIST),
    "bulk": Why(_("Bulk mail."), _INSIST),
    "bounce": Why(_("A report that a mail of ours did not arrive; the answer was marked."), _INSIST),
    "bounce_delayed": Why(_("A report that a mail of ours is late; nothing needs to be done."), _INSIST),
    "flood": Why(_("Its sender writes faster than a person can."), _INSIST),
    "wechat_subscribe": Why(_("A customer began to follow the account.")),
    "wechat_unsubscribe": Why(_("A customer no longer follows the account; WeChat carries no answers to them.")),
    "wechat_location": Why(_("WeChat told where a customer is; nothing is kept of it.")),
    "wechat_view": Why(_("A customer opened a page from the account's menu.")),
    "wechat_scan": Why(_("A customer scanned a code of the account.")),
    "wechat_event": Why(_("Something else happened at the account; nobody wrote.")),
    "own_mail": Why(_("A mail of our own that came back."), _("Check who forwards the mailbox to itself.")),
}
_TROUBLES: dict[str, LazyText] = {
    "unreachable": _("The mail server cannot be reached; check host, port and network."),
    "tls": _("The connection to the mail server is not safe; check its certificate and the kind of encryption."),
    "sign_in": _("The mail server refused the sign-in; check user and password."),
    "folder": _("The folder does not exist or may not be read."),
    "protocol": _("The mail server answered something unexpected; it is tried again by itself."),
    "set_up": _("The mailbox is not set up correctly; an administrator has to look at it."),
}


def why(code: str) -> Why | None:
    """The reason behind a code; one we have no words for speaks for itself."""
    return _WHY.get(code, Why(code)) if code else None


def trouble(code: str) -> LazyText | str:
    """What is wrong with a mailbox, and what to do."""
    return _TROUBLES.get(code, code)
