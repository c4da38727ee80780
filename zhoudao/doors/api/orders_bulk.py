"""Many orders in one request: one a line, and a line of answer for each. Read as it comes, never held whole."""

from collections.abc import Iterator
from typing import Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, ValidationError

from zhoudao.doors.api import operations
from zhoudao.doors.api.operations import LINES, Lines
from zhoudao.doors.api.order_bodies import OrderIn, submission_of
from zhoudao.doors.api.problems import PLACE, FieldProblem, Refused, fields_told, told
from zhoudao.doors.api.scopes import BODY_LIMIT_BYTES, viewer_in
from zhoudao.ground.accounts.viewer import Viewer
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.orders.commands.placing import Outcome, Placed, Taking, place_orders

router = Router(tags=["orders"])
MOST, MOST_KEYED = 10_000, 500  # lines of a request; with a key all of them are one transaction
LONGEST = 400_000  # bytes of a line: 500 goods with long names
_PIECE = 256 * 1024
AT_ONCE, AT_ONCE_BYTES = 100, 1_000_000  # orders that commit together; every one of them holds a few locks


class OrderTaken(BaseModel):
    """What became of a line, counted from 1. `number` is ours, of the first order where it came before."""

    line: int
    status: Literal["placed", "repeated", "refused"]
    external_number: str = ""
    number: str = ""
    code: str = ""
    detail: str = ""
    errors: list[FieldProblem] = []


def schemas() -> dict[str, Any]:
    """What the API's description says of an answer's line, by name."""
    said = OrderTaken.model_json_schema(ref_template=PLACE, mode="serialization")
    said.pop("$defs")
    return {OrderTaken.__name__: said}


@operations.post(router, "/bulk", scope="orders:write", answers={200: None}, lines=Lines(OrderIn, OrderTaken))
def place_many(request: HttpRequest) -> HttpResponse:
    """Place many orders: one a line, at most 10,000; each is placed, was there before, or is refused and says why.
    What is refused stops nothing. Send it again after a break: what was placed is not placed twice. With an
    `Idempotency-Key` at most 500, together.
    """
    _refuse_what_is_too_much(request)
    answers: list[str] = []
    for batch in _batches(request):
        answers += _place(batch, viewer_in(request))
    if not answers:
        raise Refused(422, "nothing_sent", "There is no order in it: send one JSON object a line, and its length.")
    return HttpResponse("\n".join(answers) + "\n", content_type=LINES)


def _refuse_what_is_too_much(request: HttpRequest) -> None:
    if "Idempotency-Key" in request.headers and request.body.count(b"\n") > MOST_KEYED:
        raise Refused(413, "too_large", f"With an Idempotency-Key at most {MOST_KEYED} lines: orders need none.")


def _batches(request: HttpRequest) -> Iterator[dict[int, bytes]]:
    """The lines by their number, some at a time; after too many of them, the first one left over."""
    batch: dict[int, bytes] = {}
    size = 0
    for number, line in _lines(request):
        batch[number] = line
        size += len(line)
        if len(batch) == AT_ONCE or size > AT_ONCE_BYTES:
            yield batch
            batch, size = {}, 0
        if number > MOST:
            break
    yield batch


def _lines(request: HttpRequest) -> Iterator[tuple[int, bytes]]:
    """Each line that says anything; of one that is too long its beginning."""
    number, rest = 0, b""
    for piece in _pieces(request):
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            number += 1
            if line.strip():
                yield number, line
        rest = rest[: LONGEST + 1]
    if rest.strip():
        yield number + 1, rest


def _pieces(request: HttpRequest) -> Iterator[bytes]:
    """The body as it comes; our server's own `readline` ends after the first one."""
    read = 0
    while piece := request.read(_PIECE):
        read += len(piece)
        if read > BODY_LIMIT_BYTES:
            raise Refused(413, "too_large", "Send the rest in another request.")
        yield piece


def _place(batch: dict[int, bytes], viewer: Viewer) -> list[str]:
    found: dict[int, OrderTaken] = {}
    wanted: dict[int, Taking] = {}
    for number, line in batch.items():
        try:
            wanted[number] = Taking(submission_of(_read(number, line), viewer))
        except ValidationError as error:
            found[number] = OrderTaken(line=number, status="refused", **fields_told(error))
        except Refused as refusal:
            found[number] = OrderTaken(line=number, status="refused", code=refusal.code, detail=refusal.detail)
    by, at = By(viewer.actor), clock.now()
    outcomes = place_orders(list(wanted.values()), by=by, at=at, only_stores=viewer.stores_worked_in)
    for (number, taking), outcome in zip(wanted.items(), outcomes, strict=True):
        found[number] = _answer(number, taking.submission.external_number, outcome)
    return [found[number].model_dump_json(exclude_defaults=True) for number in batch]


def _read(number: int, line: bytes) -> OrderIn:
    if number > MOST:
        raise Refused(413, "too_many", f"At most {MOST:,} lines a request: send the rest in another one.")
    if len(line) > LONGEST:
        raise Refused(413, "too_large", f"A line has at most {LONGEST:,} bytes.")
    return OrderIn.model_validate_json(line)


def _answer(number: int, external_number: str, outcome: Outcome) -> OrderTaken:
    if isinstance(outcome, Placed):
        status: Literal["placed", "repeated"] = "repeated" if outcome.is_repeat else "placed"
        named = outcome.order.number
        return OrderTaken(line=number, status=status, external_number=external_number, number=named)
    named = getattr(outcome, "number", "")
    return OrderTaken(line=number, status="refused", external_number=external_number, number=named, **told(outcome))
