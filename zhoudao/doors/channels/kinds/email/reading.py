"""Having mails read by a process of their own, so that no mail can stop or exhaust ours."""

import json
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from zhoudao.doors.channels.kinds.email.mail import Bounce, File, Mail, Unread, Verdict
from zhoudao.doors.channels.kinds.email.reader import ANSWERED, ASKED

_ROOT = str(Path(__file__).resolve().parents[5])
_START = f"import sys; sys.path.insert(0, {_ROOT!r}); from {__package__}.reader import main; main()"
_WALL_SECONDS = 20.0  # a loaded machine gives the reader's five CPU seconds late


class _Reader:
    """One reader process, started when first needed and again when a mail has killed it."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, raw: bytes, trims: bool) -> tuple[dict[str, Any], bytes]:
        with self._lock:
            process = self._running()
            try:
                said, content = _exchange(process, raw, trims)
            except (OSError, EOFError, TimeoutError) as error:
                raise self._why(process, error) from error
            if said.get("problem") == "too_much_memory":
                self._end(process)
            return said, content

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                [sys.executable, "-I", "-c", _START],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={},
                bufsize=0,
            )
        return self._process

    def _why(self, process: subprocess.Popen[bytes], error: Exception) -> Unread:
        if isinstance(error, TimeoutError):
            process.kill()
        self._end(process)
        is_slow = process.returncode == -signal.SIGXCPU or isinstance(error, TimeoutError)
        return Unread("too_slow" if is_slow else "unreadable", f"reader ended with {process.returncode}")

    def _end(self, process: subprocess.Popen[bytes]) -> None:
        for pipe in (process.stdin, process.stdout):
            if pipe:
                pipe.close()
        process.wait()
        self._process = None


_reader = _Reader()


def read_mail(raw: bytes) -> Mail:
    """This will read one mail within the limits; when finding the quoted part takes too long, the text stays whole.

    Raises: Unread
    """
    try:
        said, content = _reader.ask(raw, True)
    except Unread as error:
        if error.code != "too_slow":
            raise
        said, content = _reader.ask(raw, False)
    if "problem" in said:
        raise Unread(said["problem"], said.get("detail", ""))
    return _mail(said, content)


def _mail(said: dict[str, Any], content: bytes) -> Mail:
    files, start = [], 0
    for name, size in said["files"]:
        files.append(File(name, content[start : start + size]))
        start += size
    said["bounce"] = Bounce(**said["bounce"]) if said["bounce"] else None
    said["verdict"] = Verdict(**said["verdict"]) if said["verdict"] else None
    return Mail(**{**said, "files": files})


def _exchange(process: subprocess.Popen[bytes], raw: bytes, trims: bool) -> tuple[dict[str, Any], bytes]:
    assert process.stdin is not None
    view = memoryview(ASKED.pack(len(raw), trims) + raw)
    while view:
        view = view[process.stdin.write(view) :]
    until = time.monotonic() + _WALL_SECONDS
    head_size, content_size = ANSWERED.unpack(_take(process, ANSWERED.size, until))
    said = json.loads(_take(process, head_size, until))
    return said, _take(process, content_size, until)


def _take(process: subprocess.Popen[bytes], size: int, until: float) -> bytes:
    assert process.stdout is not None
    taken = bytearray()
    while len(taken) < size:
        ready, _, _ = select.select([process.stdout], [], [], max(0.0, until - time.monotonic()))
        if not ready:
            raise TimeoutError
        piece = process.stdout.read(min(size - len(taken), 1 << 20))
        if not piece:
            raise EOFError
        taken += piece
    return bytes(taken)
