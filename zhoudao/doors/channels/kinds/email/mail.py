"""What a mail says, read once, as plain values that cross a pipe."""

from dataclasses import field

from zhoudao.kit.frozen import frozen


class Unread(Exception):
    """This mail cannot be read; `code` says why, for the intake page."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(detail or code)
        self.code, self.detail = code, detail


@frozen
class File:
    """An attachment; its name is the sender's, cleaned of paths and control characters."""

    name: str
    content: bytes


@frozen
class Bounce:
    """A report that a mail did not arrive. `status` like 5.1.1, when the report has one."""

    is_final: bool
    recipients: list[str]
    status: str = ""
    words: str = ""


@frozen
class Verdict:
    """What the receiving server found out about the sender (RFC 8601)."""

    server: str
    dmarc: str
    domain: str


@frozen
class Mail:
    """`text` is what was written anew, `full_text` with what it quotes. `automatic` is why nobody wrote it, or ''."""

    message_id: str
    references: list[str]
    sender: str
    sender_name: str
    is_single_sender: bool
    subject: str
    date: str
    text: str
    full_text: str
    html: str
    automatic: str
    list_id: str
    loop_marks: list[str]
    verdict: Verdict | None
    bounce: Bounce | None
    our_ids: list[str]
    files: list[File] = field(default_factory=list)
