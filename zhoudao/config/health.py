"""Is it alive, is it ready: two answers for the machines that watch us."""

from pathlib import Path
from pkgutil import iter_modules

from django.apps import apps
from django.db import Error, connection
from django.db.migrations.recorder import MigrationRecorder
from django.http import HttpRequest, JsonResponse

from zhoudao.config.heartbeat import alive
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC

NEEDED = ("clock", "worker")
_migrated = False


@permit(PUBLIC)
def healthz(request: HttpRequest) -> JsonResponse:
    """This process answers."""
    return JsonResponse({"status": "alive"})


@permit(PUBLIC)
def readyz(request: HttpRequest) -> JsonResponse:
    """Database, migrations and workers; 503 names what is missing."""
    try:
        processes = alive() if _is_migrated() else {}
        checks = {
            "database": True,
            "migrations": _migrated,
            "workers": all(processes.get(name) for name in NEEDED),
        }
    except Error:
        processes, checks = {}, {"database": False, "migrations": False, "workers": False}
    ready = all(checks.values())
    answer = {"status": "ready" if ready else "not ready", "checks": checks, "processes": processes}
    response = JsonResponse(answer, status=200 if ready else 503)
    response._has_been_logged = True  # type: ignore[attr-defined]  # a "not yet" is no error in the log
    return response


def _is_migrated() -> bool:
    """Migrations run before we start, so one good look is enough.

    Names are compared: Django's own check imports every migration, and they stay in memory.
    """
    global _migrated
    if not _migrated:
        applied = set(MigrationRecorder(connection).applied_migrations())
        _migrated = _known_migrations() <= applied
    return _migrated


def _known_migrations() -> set[tuple[str, str]]:
    """Every migration this version has: application and name."""
    folders = {config.label: Path(config.path) / "migrations" for config in apps.get_app_configs()}
    return {
        (label, found.name)
        for label, folder in folders.items()
        for found in iter_modules([str(folder)])
        if not found.name.startswith(("_", "~"))
    }
