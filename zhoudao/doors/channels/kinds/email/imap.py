"""A mailbox read over IMAP without changing anything in it."""

import imaplib
import re
import ssl
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date

from zhoudao.doors.channels.kinds.email.settings import Mailbox, Server

TIMEOUT_SECONDS = 30
_ID = '("name" "zhoudao" "version" "1")'  # some providers refuse clients that do not say who they are
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
imaplib.Commands.setdefault("ID", ("NONAUTH", "AUTH", "SELECTED"))


class MailboxTrouble(Exception):
    """A mailbox could not be read; `code` is unreachable, tls, sign_in, folder or protocol."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}")
        self.code, self.detail = code, detail[:300]


class Folder:
    """An open folder. Unique ids rise; they mean something only together with `validity`."""

    def __init__(self, imap: imaplib.IMAP4, validity: int, next_uid: int) -> None:
        self._imap, self.validity, self.next_uid = imap, validity, next_uid

    def uids(self, *, after: int = 0, since: date | None = None) -> list[int]:
        """The ids above `after`, of mails that came on `since` or later, rising."""
        words = ["UID", f"{after + 1}:*"]
        if since is not None:
            words += ["SINCE", f"{since.day:02}-{_MONTHS[since.month - 1]}-{since.year}"]
        found = b" ".join(line for line in self._uid("SEARCH", *words) if isinstance(line, bytes))
        return sorted(uid for uid in map(int, found.split()) if uid > after)  # `n:*` names the last one even below n

    def sizes(self, uids: Sequence[int]) -> dict[int, int]:
        """How large each is, before anything is fetched."""
        answer = self._uid("FETCH", ",".join(map(str, uids)), "(UID RFC822.SIZE)") if uids else []
        sizes = {}
        for line in answer:
            text = line if isinstance(line, bytes) else b""
            uid, size = re.search(rb"\bUID (\d+)", text), re.search(rb"RFC822\.SIZE (\d+)", text)
            if uid and size:
                sizes[int(uid[1])] = int(size[1])
        return sizes

    def fetch(self, uid: int, *, at_most: int | None = None) -> bytes | None:
        """The mail, or its first bytes; None when it is gone."""
        part = "BODY.PEEK[]" if at_most is None else f"BODY.PEEK[]<0.{at_most}>"
        for line in self._uid("FETCH", str(uid), f"(UID {part})"):
            if isinstance(line, tuple) and re.search(rb"\bBODY\[\]", line[0]):
                return bytes(line[1])
        return None

    def _uid(self, command: str, *words: str) -> list[bytes | tuple[bytes, bytes] | None]:
        status, answer = self._imap.uid(command, *words)
        if status != "OK":
            raise MailboxTrouble("protocol", f"{command}: {answer!r}")
        return list(answer)


@contextmanager
def open_folder(mailbox: Mailbox) -> Iterator[Folder]:
    """This will sign in and look into the folder, read only.

    Raises: MailboxTrouble
    """
    try:
        imap = _connect(mailbox.imap)
    except ssl.SSLError as error:
        raise MailboxTrouble("tls", str(error)) from error
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxTrouble("unreachable", str(error)) from error
    try:
        _sign_in(imap, mailbox.imap)
        yield _look_into(imap, mailbox.folder)
    except (OSError, imaplib.IMAP4.error) as error:
        raise MailboxTrouble("protocol", str(error)) from error
    finally:
        _leave(imap)


def _connect(server: Server) -> imaplib.IMAP4:
    context = ssl.create_default_context()
    if server.tls == "ssl":
        return imaplib.IMAP4_SSL(server.host, server.port, ssl_context=context, timeout=TIMEOUT_SECONDS)
    imap = imaplib.IMAP4(server.host, server.port, timeout=TIMEOUT_SECONDS)
    if server.tls == "starttls":
        imap.starttls(context)
    return imap


def _sign_in(imap: imaplib.IMAP4, server: Server) -> None:
    try:
        imap.login(server.user, server.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        raise MailboxTrouble("sign_in", _without(server.password, str(error))) from error
    _, capabilities = imap.capability()
    if b"ID" in (capabilities[0] or b"").upper().split():
        imap.xatom("ID", _ID)


def _look_into(imap: imaplib.IMAP4, folder: str) -> Folder:
    quoted = '"' + folder.replace("\\", "\\\\").replace('"', '\\"') + '"'
    status, said = imap.select(quoted, readonly=True)
    if status != "OK":
        raise MailboxTrouble("folder", repr(said))
    validity, next_uid = imap.response("UIDVALIDITY")[1], imap.response("UIDNEXT")[1]
    if not validity or not validity[0]:
        raise MailboxTrouble("protocol", "no UIDVALIDITY")
    return Folder(imap, int(validity[0]), int(next_uid[0]) if next_uid and next_uid[0] else 0)


def _leave(imap: imaplib.IMAP4) -> None:
    try:
        imap.logout()
    except (OSError, imaplib.IMAP4.error):
        imap.shutdown()


def _without(password: str, text: str) -> str:
    return text.replace(password, "…") if password else text
