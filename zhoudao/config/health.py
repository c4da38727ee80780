"""Is it alive, is it ready: two answers for the machines that watch us."""

from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
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
    """Migrations run before we start, so one good look is enough."""
    global _migrated
    if not _migrated:
        executor = MigrationExecutor(connection)
        _migrated = not executor.migration_plan(executor.loader.graph.leaf_nodes())
    return _migrated
