"""Kinds of product: their specification and their guide, each edited as a table."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.catalogue.words import said
from zhoudao.doors.desk.catalogue.writing import names_in, names_line, pairs_in
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.catalogue.commands.kinds import (
    MOST_ATTRIBUTES,
    MOST_QUESTIONS,
    Asked,
    Line,
    save_category,
    save_questions,
)
from zhoudao.rooms.catalogue.models import Aim, Asks, Attribute, Better, Category, Question, Typed
from zhoudao.rooms.catalogue.queries.finding import categories, category_named, products_many
from zhoudao.rooms.catalogue.refusals import CatalogueRefused
from zhoudao.rooms.catalogue.specification import shown

_EMPTY_ROWS = 2
_LINE = ("code", "names", "typed", "unit", "choices", "better", "praise", "is_option", "is_facet")
_QUESTION = ("code", "names", "asks", "attribute", "aim", "answers", "weight", "is_must")
Cells = dict[str, Any]


@require_GET
@permit("products:read")
def kinds(request: HttpRequest) -> HttpResponse:
    """All kinds, with how many products and questions each has."""
    many = products_many()
    rows = [(one, many.get(one.code, 0)) for one in categories()]
    may_write = viewer_of(request).may("products:write")
    return render(request, "desk/catalogue/kinds.html", {"rows": rows, "may_write": may_write})


@require_http_methods(["GET", "POST"])
@permit("products:write")
def kind(request: HttpRequest, category: str = "") -> HttpResponse:
    """What is told of each product of a kind, a line a row."""
    found = _found(category) if category else None
    given, refusal = request.POST, ""
    if request.method == "POST":
        cells = _cells(given, _LINE, MOST_ATTRIBUTES)
        try:
            code = found.code if found else given.get("code", "").strip()
            names, position = names_in(given.get("names", "")), given.get("position", "")
            save_category(
                code=code,
                names=names,
                lines=[_line(one) for one in cells if one["code"]],
                position=int(position) if position.isascii() and position.isdigit() and len(position) < 4 else 100,
                by=By(viewer_of(request).actor),
                at=clock.now(),
            )
            messages.success(request, _("Saved."))
            return redirect("product_kind", code)
        except CatalogueRefused as error:
            refusal = said(error)
    else:
        cells = [_line_cells(one) for one in found.attributes.all()] if found else []
        cells += [dict.fromkeys(_LINE, "") | {"is_facet": True} for _row in range(_EMPTY_ROWS)]
    context = {
        "kind": found,
        "rows": list(enumerate(cells)),
        "refusal": refusal,
        "code": given.get("code", ""),
        "names": given.get("names", names_line(found.names) if found else ""),
        "position": given.get("position", str(found.position) if found else "100"),
        "typed": Typed.choices,
        "better": Better.choices,
    }
    return render(request, "desk/catalogue/kind.html", context, status=422 if refusal else 200)


@require_http_methods(["GET", "POST"])
@permit("products:write")
def questions(request: HttpRequest, category: str) -> HttpResponse:
    """What is asked of who looks for one of a kind, a question a row."""
    found, refusal = _found(category), ""
    if request.method == "POST":
        cells = _cells(request.POST, _QUESTION, MOST_QUESTIONS)
        try:
            asked = [_asked(one) for one in cells if one["code"]]
            save_questions(code=found.code, questions=asked, by=By(viewer_of(request).actor), at=clock.now())
            messages.success(request, _("Saved."))
            return redirect("product_questions", found.code)
        except CatalogueRefused as error:
            refusal = said(error)
    else:
        cells = [_question_cells(one) for one in found.questions.order_by("position")]
        empty = dict.fromkeys(_QUESTION, "") | {"weight": "1"}
        cells += [dict(empty) for _row in range(min(_EMPTY_ROWS, MOST_QUESTIONS - len(cells)))]
    context = {
        "kind": found,
        "rows": list(enumerate(cells)),
        "refusal": refusal,
        "lines": list(found.attributes.all()),
        "asks": Asks.choices,
        "aims": Aim.choices,
        "weights": [str(one) for one in range(1, 11)],
    }
    return render(request, "desk/catalogue/questions.html", context, status=422 if refusal else 200)


def _found(code: str) -> Category:
    found = category_named(code)
    if found is None:
        raise Http404
    return found


def _cells(given: QueryDict, columns: tuple[str, ...], most: int) -> list[Cells]:
    """The rows that were sent, in their order; a box that is not ticked is not sent."""
    rows = [row for row in range(most + _EMPTY_ROWS) if f"{row}-code" in given]
    return [
        {
            name: f"{row}-{name}" in given if name.startswith("is_") else given.get(f"{row}-{name}", "").strip()
            for name in columns
        }
        for row in rows
    ]


def _line(one: Cells) -> Line:
    choices = {code: names_in(names or code) for code, names in pairs_in(one["choices"])}
    return Line(
        one["code"],
        names_in(one["names"]),
        one["typed"],
        one["unit"],
        choices,
        one["better"],
        names_in(one["praise"]),
        one["is_option"],
        one["is_facet"],
    )


def _line_cells(one: Attribute) -> Cells:
    lines = [f"{code} = {names_line(names)}" for code, names in one.choices.items()]
    whole = {name: getattr(one, name) for name in _LINE}
    return whole | {"names": names_line(one.names), "praise": names_line(one.praise), "choices": "\n".join(lines)}


def _asked(one: Cells) -> Asked:
    weight = int(one["weight"]) if one["weight"] in {str(n) for n in range(1, 11)} else 0
    answers = [(names_in(names), value) for names, value in pairs_in(one["answers"])]
    attribute = "" if one["asks"] == Asks.BUDGET else one["attribute"]
    aim = one["aim"] or Aim.MOST
    return Asked(one["code"], names_in(one["names"]), one["asks"], attribute, aim, answers, weight, one["is_must"])


def _question_cells(one: Question) -> Cells:
    lines = [f"{names_line(each['names'])} = {_written(one, each['value'])}".rstrip(" =") for each in one.answers]
    return {
        "code": one.code,
        "names": names_line(one.names),
        "asks": one.asks,
        "attribute": one.attribute.code if one.attribute else "",
        "aim": one.aim,
        "answers": "\n".join(lines),
        "weight": str(one.weight),
        "is_must": one.is_must,
    }


def _written(one: Question, value: Any) -> str:
    if value is None or one.attribute is None:
        return ""
    return str(value) if one.attribute.typed in (Typed.CHOICE, Typed.NUMBER) else shown(one.attribute, value)
