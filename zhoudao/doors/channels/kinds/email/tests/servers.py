"""Real mail servers on loopback: Dovecot for a mailbox, aiosmtpd for what leaves."""

import contextlib
import imaplib
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller

PASSWORD = "correct-horse"
DOVECOT = shutil.which("dovecot", path="/usr/sbin:/usr/bin:/usr/local/sbin")
_CONF = """
base_dir = {home}/run
log_path = {home}/log
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{home}/mail/%u
first_valid_uid = 1
default_login_user = {login}
default_internal_user = {internal}
default_internal_group = {group}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={home}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


def free_port() -> int:
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@dataclass
class ImapServer:
    """A running Dovecot; every user exists, with one password."""

    port: int

    @contextlib.contextmanager
    def signed_in(self, user: str) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4("127.0.0.1", self.port, timeout=10) as imap:
            imap.login(user, PASSWORD)
            yield imap

    def put(self, user: str, *mails: bytes, folder: str = "INBOX") -> None:
        """Mail arrives."""
        with self.signed_in(user) as imap:
            for mail in mails:
                status, said = imap.append(folder, "", imaplib.Time2Internaldate(time.time()), mail)
                assert status == "OK", said


@contextlib.contextmanager
def dovecot() -> Iterator[ImapServer]:
    home, port = Path(tempfile.mkdtemp(prefix="dovecot-")), free_port()
    is_root = os.geteuid() == 0
    me = pwd.getpwnam("nobody") if is_root else pwd.getpwuid(os.geteuid())
    home.chmod(0o755)
    (home / "mail").mkdir()
    os.chown(home / "mail", me.pw_uid, me.pw_gid)
    names = (
        {"login": "dovenull", "internal": "dovecot", "group": "dovecot"}
        if is_root
        else {"login": me.pw_name, "internal": me.pw_name, "group": str(me.pw_gid)}
    )
    conf = _CONF.format(home=home, port=port, password=PASSWORD, uid=me.pw_uid, gid=me.pw_gid, **names)
    (home / "conf").write_text(conf)
    process = subprocess.Popen([str(DOVECOT), "-F", "-c", str(home / "conf")], stderr=subprocess.PIPE)
    try:
        _wait_for(port, process, home)
        yield ImapServer(port)
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(home, ignore_errors=True)


def _wait_for(port: int, process: subprocess.Popen[bytes], home: Path) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        if process.poll() is not None:
            break
        time.sleep(0.05)
    log = home / "log"
    raise RuntimeError(f"dovecot did not start: {log.read_text() if log.exists() else process.stderr}")


@dataclass
class Outgoing:
    """What left by SMTP. `answers` are given first, one a mail, instead of taking it."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[list[str]] = field(default_factory=list)
    answers: list[str] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802 - aiosmtpd's name
        if self.answers:
            return self.answers.pop(0)
        mail = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.recipients.append(list(envelope.rcpt_tos))
        return "250 taken"


@contextlib.contextmanager
def outgoing() -> Iterator[Outgoing]:
    sink = Outgoing()
    sink.port = free_port()
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()
