"""Filters of a report: map, ways and times of the cases that pass them, found by the analyst while the page waits."""

import re
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from zhoudao.conduct.insight.models import Question, Report
from zhoudao.conduct.insight.narrowing import Narrow, names_of, narrows_in, said
from zhoudao.conduct.insight.questions import answer_of, ask_question
from zhoudao.conduct.insight.reporting import body_of
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation.clock import now

_PLACES = {"case": "desk_case", "order": "order", "return": "return", "repair": "repair"}
_OF = re.compile(r"all|s[0-9a-f]{12}|p[0-9a-f]{12}-[0-9a-f]{12}|v[0-9a-f]{16}", re.ASCII)
_SOON_MS, _LATER_MS, _SOON_S = 120, 800, 3
_MINUTES = {"minutes": 1, "hours": 60, "days": 1440}


def filtered(request: HttpRequest, one: Report, narrows: Sequence[Narrow], unread: int) -> HttpResponse:
    """The cases that pass: how many, how long they take, their map and ways. The page itself asks until the analyst
    has answered; an answer is kept, so the same address shows at once.
    """
    language = viewer_of(request).language
    question = ask_question(report=one, narrows=narrows, language=language, at=now())
    context: dict[str, Any] = {"report": one, **_waiting(request, question), **_leads(narrows)}
    if question.answer is not None:
        answer = answer_of(question)
        context |= {
            "answer": answer, "variants": answer.get("ways", []), "map": answer.get("map"), "language": language,
            "map_id": f"process-map-{language}",
        }  # fmt: skip
    if request.headers.get("HX-Request"):
        return _apart(render(request, "desk/insight/_filtered.html", context))
    context |= filters_shown(body_of(one)["choices"][language], narrows, unread, context.get("answer"))
    return _apart(render(request, "desk/insight/filtered.html", context))


def filtered_cases(request: HttpRequest, one: Report, narrows: Sequence[Narrow]) -> HttpResponse:
    """The cases behind a number of a filtered map."""
    language, of = viewer_of(request).language, request.GET.get("of", "")
    if not _OF.fullmatch(of):
        raise Http404
    question = ask_question(report=one, narrows=narrows, of=of, language=language, at=now())
    context: dict[str, Any] = {"report": one, **_waiting(request, question)}
    if question.answer is not None:
        answer = answer_of(question)
        context |= {"rows": linked(one, answer["names"]), "count": answer["count"]}
    if request.headers.get("HX-Request"):
        return _apart(render(request, "desk/insight/_filtered_cases.html", context))
    names = names_of(body_of(one)["choices"][language])
    context |= {"title": _title(of, names), "filters": [said(each, names) for each in narrows]}
    context["back"] = _address(narrows)
    return _apart(render(request, "desk/insight/filtered_cases.html", context))


def _apart(answer: HttpResponse) -> HttpResponse:
    """A part of a page has the page's own address: a browser that goes back must not take the one for the other."""
    patch_vary_headers(answer, ["HX-Request"])
    return answer


def filters_shown(
    choices: dict[str, Any], narrows: Sequence[Narrow], unread: int, answer: dict[str, Any] | None = None
) -> dict[str, Any]:
    """The bar: what is set, in words, each with the address without it; and what may be set."""
    names = names_of(choices) | (answer or {}).get("named", {})
    return {
        "chips": [(said(one, names), _address([each for each in narrows if each != one])) for one in narrows],
        "choices": choices, "kept_filters": [str(one) for one in narrows], "unread": unread,
    }  # fmt: skip


def linked(one: Report, names: Sequence[str]) -> list[tuple[str, str]]:
    """Cases with the address of each where it is ours."""
    place = _PLACES.get(one.object_type, "")
    return [(name, reverse(place, args=[name]) if place else "") for name in names]


@require_GET
@permit("insight:read")
def narrow(request: HttpRequest, report_id: UUID) -> HttpResponse:
    """One filter more, as the form says it; leads to the address with all of them."""
    get_object_or_404(Report, id=report_id)
    narrows, _unread = narrows_in(request.GET.getlist("f"))
    fresh, unread = narrows_in(_texts(request.GET))
    together, too_many = narrows_in([str(one) for one in [*narrows, *fresh]])
    if unread or not fresh:
        messages.error(request, _("Say what to filter by: choose what is asked for in the form."))
    elif too_many:
        messages.error(request, _("There are as many filters as there can be: take one away first."))
    return redirect(f"{reverse('report', args=[report_id])}{_address(together)}")


def _texts(given: QueryDict) -> list[str]:
    """What a form asks for as it stands in an address; of several columns a filter each."""
    kind, sign = given.get("kind", ""), "-" if given.get("is_not") else ""
    if kind == "time":
        return [f"{given.get('how', '')}.{given.get('since', '')}.{given.get('until', '')}"]
    if kind == "value":
        chosen: dict[str, list[str]] = {}
        for pair in given.getlist("value"):
            column, _dot, value = pair.partition(".")
            chosen.setdefault(column, []).append(value)
        return [f"{sign}value.{column}.{'.'.join(values)}" for column, values in chosen.items()]
    if kind == "path":
        return [f"{sign}{given.get('how', '')}.{given.get('one', '')}.{given.get('other', '')}"]
    if kind == "took":
        return [f"took.{_minutes(given, 'least')}.{_minutes(given, 'most')}"]
    if kind == "wait":
        return [f"{sign}wait.{given.get('one', '')}.{given.get('other', '')}.{_minutes(given, 'least')}"]
    return [f"{sign}{kind}.{given.get('arg', '')}"]


def _minutes(given: QueryDict, name: str) -> str:
    """A number of the form in minutes; nothing where it says nothing, and what no filter can be where it is none."""
    text = given.get(name, "").strip()
    unit = _MINUTES.get(given.get("unit", ""), 0)
    return str(int(text) * unit) if text.isascii() and text.isdigit() and len(text) < 7 and unit else text and "?"


def _waiting(request: HttpRequest, question: Question) -> dict[str, Any]:
    waited = (now() - question.asked_at).total_seconds()
    return {
        "is_failed": question.is_failed, "again": request.get_full_path(),
        "delay": _SOON_MS if waited < _SOON_S else _LATER_MS,
    }  # fmt: skip


def _leads(narrows: Sequence[Narrow]) -> dict[str, str]:
    """Where the numbers of a filtered page lead to."""
    here = _address(narrows)
    return {
        "narrow": f"{here}&", "all_cases": f"cases/{here}&of=all", "open_step": f"cases/{here}&of=s{{key}}",
        "open_path": f"cases/{here}&of=p{{key}}-{{next}}", "open_way": f"cases/{here}&of=v",
        "without_last": _address(narrows[:-1]) or "?",
    }  # fmt: skip


def _address(narrows: Sequence[Narrow]) -> str:
    return f"?{urlencode([('f', str(one)) for one in narrows])}" if narrows else ""


def _title(of: str, names: dict[str, str]) -> str:
    tokens = of[1:].split("-")
    if of[0] == "s":
        return _("Cases with “{step}”").format(step=names.get(tokens[0], ""))
    if of[0] == "p":
        one, other = (names.get(token, "") for token in tokens)
        return _("Cases that went from “{one}” to “{other}”").format(one=one, other=other)
    if of[0] == "v":
        return _("Cases that went the way: {way}").format(way=names.get(tokens[0], _("one way")))
    return _("Cases that pass the filters")
