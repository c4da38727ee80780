"""How an operation is declared: path, scope, answers. Every POST honours `Idempotency-Key`."""

from collections.abc import Callable
from typing import Any, TypeVar

from ninja import Router
from ninja.decorators import decorate_view

from zhoudao.doors.api.idempotency import idempotent
from zhoudao.doors.api.problems import Problem
from zhoudao.doors.api.scopes import Scope

View = TypeVar("View", bound=Callable[..., Any])
_READ = frozenset([401, 403, 404, 422, 429])
_WRITE = frozenset([400, 401, 403, 404, 409, 413, 422, 429])


def get(router: Router, path: str, *, scope: str, answer: Any) -> Callable[[View], View]:
    """This will declare a reading operation."""
    return router.get(path, auth=Scope(scope), response={200: answer, _READ: Problem})


def post(router: Router, path: str, *, scope: str, answers: dict[int, Any]) -> Callable[[View], View]:
    """This will declare a writing operation."""
    declare = router.post(path, auth=Scope(scope), response={**answers, _WRITE: Problem})

    def both(view: View) -> View:
        return declare(decorate_view(idempotent)(view))

    return both
