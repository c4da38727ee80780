"""How an operation is declared: path, scope, answers. Every POST honours `Idempotency-Key`."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from ninja import Router
from ninja.decorators import decorate_view
from pydantic import BaseModel

from zhoudao.doors.api.idempotency import idempotent
from zhoudao.doors.api.problems import PLACE, described
from zhoudao.doors.api.scopes import Scope

LINES = "application/x-ndjson"
View = TypeVar("View", bound=Callable[..., Any])


@dataclass(frozen=True)
class Lines:
    """What stands in each line of the body and of the answer."""

    asked: type[BaseModel]
    told: type[BaseModel]


_READ = (401, 403, 404, 422, 429)
_WRITE = (400, 401, 403, 404, 409, 413, 422, 429)


def get(router: Router, path: str, *, scope: str, answer: Any) -> Callable[[View], View]:
    """This will declare a reading operation."""
    return router.get(path, auth=Scope(scope), response={200: answer}, openapi_extra=_extra(scope, _READ))


def post(
    router: Router, path: str, *, scope: str, answers: dict[int, Any], hides: str = "", lines: Lines | None = None
) -> Callable[[View], View]:
    """This will declare a writing operation. `hides` is a field that is answered once and kept nowhere; `lines`: the
    body and the answer are JSON, one a line, which the operation reads and writes by itself."""
    extra = _extra(scope, _WRITE) if lines is None else _of_lines(lines, _extra(scope, _WRITE))
    declare = router.post(path, auth=Scope(scope), response=answers, openapi_extra=extra)

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


def _of_lines(lines: Lines, extra: dict[str, Any]) -> dict[str, Any]:
    asked = {"schema": {"$ref": PLACE.format(model=lines.asked.__name__)}}
    told = {"schema": {"$ref": PLACE.format(model=lines.told.__name__)}}
    extra["requestBody"] = {"required": True, "content": {LINES: asked}}
    extra["responses"][200] = {"description": "A line for each line", "content": {LINES: told}}
    return extra


def _extra(scope: str, refusals: tuple[int, ...]) -> dict[str, Any]:
    """What the description says besides: errors are answered by `problems`, and need no model of an operation's own."""
    return {"x-scope": scope, "responses": {status: described(status) for status in refusals}}
