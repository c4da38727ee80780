"""Files in a folder, sealed. No character a user typed is ever part of a path."""

import hashlib
import os
from functools import partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from zhoudao.ground.files.kinds import kind_of
from zhoudao.ground.files.models import StoredFile
from zhoudao.ground.vault import box
from zhoudao.kit.ids import uuid7


class FileTooLarge(Exception):
    """This file is larger than 20 MB."""


class FileEmpty(Exception):
    """This file is empty."""


def keep(content: bytes, *, subject_id: UUID, key_id: UUID) -> StoredFile:
    """This will store bytes for a subject under its data key, once however often they come.

    Raises: FileTooLarge, FileEmpty
    """
    if len(content) > settings.FILE_LIMIT_BYTES:
        raise FileTooLarge(FileTooLarge.__doc__)
    if not content:
        raise FileEmpty(FileEmpty.__doc__)
    sha256 = hashlib.sha256(content).hexdigest()
    known = StoredFile.objects.filter(subject_id=subject_id, sha256=sha256).first()
    if known is not None:
        return known
    row = StoredFile(subject_id=subject_id, sha256=sha256, size=len(content), content_type=kind_of(content))
    _write(_path(row), box.seal(key_id, content, place=row.place))
    stored, _ = StoredFile.objects.get_or_create(
        subject_id=subject_id,
        sha256=sha256,
        defaults={"id": row.id, "size": row.size, "content_type": row.content_type},
    )
    if stored.id != row.id:
        _path(row).unlink(missing_ok=True)
    return stored


def read(row: StoredFile) -> bytes:
    """The file's bytes.

    Raises: Unreadable
    """
    path = _path(row)
    if not path.exists():
        raise box.Unreadable("The file is no longer in the store.")
    return box.open_bytes(path.read_bytes(), place=row.place)


def erase(subject_id: UUID) -> int:
    """This will delete all files of a subject, their bytes once that is committed; returns how many."""
    rows = list(StoredFile.objects.filter(subject_id=subject_id))
    StoredFile.objects.filter(subject_id=subject_id).delete()
    for row in rows:
        transaction.on_commit(partial(_path(row).unlink, missing_ok=True))
    return len(rows)


def discard(row: StoredFile) -> None:
    """This will delete one file, its bytes once that is committed."""
    StoredFile.objects.filter(id=row.id).delete()
    transaction.on_commit(partial(_path(row).unlink, missing_ok=True))


def _path(row: StoredFile) -> Path:
    name = row.id.hex
    return Path(settings.FILES_DIR) / name[-2:] / name


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{uuid7().hex}")
    with draft.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
