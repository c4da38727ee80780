"""How an operation is declared: path, scope, answers. Every POST honours `Idempotency-Key`."""

from collections.abc import Callable
from functools import partial
from typing import Any, TypeVar

from ninja import Router
from ninja.decorators import decorate_view

from zhoudao.doors.api.idempotency import idempotent
from zhoudao.doors.api.problems import described
from zhoudao.doors.api.scopes import Scope

View = TypeVar("View", bound=Callable[..., Any])
_READ = (401, 403, 404, 422, 429)
_WRITE = (400, 401, 403, 404, 409, 413, 422, 429)


def get(router: Router, path: str, *, scope: str, answer: Any) -> Callable[[View], View]:
    """This will declare a reading operation."""
    return router.get(path, auth=Scope(scope), response={200: answer}, openapi_extra=_extra(scope, _READ))


def post(router: Router, path: str, *, scope: str, answers: dict[int, Any], hides: str = "") -> Callable[[View], View]:
    """This will declare a writing operation. `hides` is a field that is answered once and kept nowhere."""
    declare = router.post(path, auth=Scope(scope), response=answers, openapi_extra=_extra(scope, _WRITE))

    def both(view: View) -> View:
        return declare(decorate_view(partial(idempotent, hides=hides))(view))

    return both


def patch(router: Router, path: str, *, scope: str, answer: Any) -> Callable[[View], View]:
    """This will declare a changing operation, which is safe to repeat by itself."""
    return router.patch(path, auth=Scope(scope), response={200: answer}, openapi_extra=_extra(scope, _WRITE))


def put(router: Router, path: str, *, scope: str, answer: Any) -> Callable[[View], View]:
    """This will declare a replacing operation, which is safe to repeat by itself."""
    return router.put(path, auth=Scope(scope), response={200: answer}, openapi_extra=_extra(scope, _WRITE))


def delete(router: Router, path: str, *, scope: str) -> Callable[[View], View]:
    """This will declare a deleting operation: nothing is answered."""
    return router.delete(path, auth=Scope(scope), response={204: None}, openapi_extra=_extra(scope, _WRITE))


def _extra(scope: str, refusals: tuple[int, ...]) -> dict[str, Any]:
    """What the description says besides: errors are answered by `problems`, and need no model of an operation's own."""
    return {"x-scope": scope, "responses": {status: described(status) for status in refusals}}
