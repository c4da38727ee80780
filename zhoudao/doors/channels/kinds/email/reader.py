"""The process that reads mails: no Django, no secrets, no database; little time and memory for each.

It is asked over its standard input (`length, trims`, the mail) and answers on its standard output (`length, bytes`,
JSON, the attachments one after another). It ends with its parent, whose death closes the pipe.
"""

import json
import logging
import math
import resource
import struct
import sys
from dataclasses import asdict
from typing import Any, BinaryIO

from zhoudao.doors.channels.kinds.email.mail import Unread
from zhoudao.doors.channels.kinds.email.mime import read

CPU_SECONDS = 5
MEMORY_BYTES = 256 * 1024 * 1024
ASKED = struct.Struct(">I?")
ANSWERED = struct.Struct(">II")


def main() -> None:
    """This will answer until the pipe closes."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    logging.disable()
    asked, answers = sys.stdin.buffer, sys.stdout.buffer
    while head := asked.read(ASKED.size):
        length, trims = ASKED.unpack(head)
        raw = asked.read(length)
        _allow_time()
        if not _answer(raw, trims, answers):
            return


def _allow_time() -> None:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    soft = math.ceil(usage.ru_utime + usage.ru_stime) + CPU_SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.getrlimit(resource.RLIMIT_CPU)[1]))


def _answer(raw: bytes, trims: bool, answers: BinaryIO) -> bool:
    """This will answer one mail; returns whether the process is fit for another."""
    fit, files = True, []
    try:
        mail = read(raw, trims=trims)
        files = [file.content for file in mail.files]
        said: dict[str, Any] = asdict(mail) | {"files": [[file.name, len(file.content)] for file in mail.files]}
    except Unread as error:
        said = {"problem": error.code, "detail": error.detail}
    except MemoryError:
        fit, said = False, {"problem": "too_much_memory"}
    except Exception as error:  # whatever a hostile mail provokes: kept and shown, never lost
        said = {"problem": "unreadable", "detail": f"{type(error).__name__}: {error}"[:300]}
    head = json.dumps(said).encode()
    answers.write(ANSWERED.pack(len(head), sum(map(len, files))) + head)
    for content in files:
        answers.write(content)
    answers.flush()
    return fit


if __name__ == "__main__":
    main()
