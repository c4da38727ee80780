"""The pages' files, collected and compressed once per version of them; and the API's description, written once."""

import hashlib
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from whitenoise.storage import CompressedManifestStaticFilesStorage  # type: ignore[import-untyped]  # ships no types

_CODE = Path(__file__).resolve().parent.parent


class Storage(CompressedManifestStaticFilesStorage):
    """Also what our modules import is named by its content, so that no page mixes two versions."""

    support_js_module_import_aggregation = True


def collect() -> None:
    """This will collect the static files, unless they are the same as last time."""
    stamp = Path(settings.STATIC_ROOT) / ".collected"
    now = _fingerprint()
    if not stamp.exists() or stamp.read_text() != now:
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(now)


def describe() -> None:
    """This will write what the API says of itself, unless our code is the same as last time."""
    from zhoudao.doors.api.schema import made

    stamp = settings.API_DESCRIPTION.with_suffix(".stamp")
    seen = hashlib.sha256()
    for path in sorted(_CODE.rglob("*.py")):
        state = path.stat()
        seen.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    if not settings.API_DESCRIPTION.exists() or not stamp.exists() or stamp.read_text() != seen.hexdigest():
        settings.API_DESCRIPTION.write_bytes(made())
        stamp.write_text(seen.hexdigest())


def _fingerprint() -> str:
    """Changes when a file is added, removed or written."""
    seen = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list(None), key=lambda pair: pair[0]):
            state = Path(storage.path(path)).stat()
            seen.update(f"{path} {state.st_size} {state.st_mtime_ns}\n".encode())
    return seen.hexdigest()
