"""Who is trained for which step in which store, and how far the new version is in use."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.conduct.improvement.commands.holding import WRITE
from zhoudao.conduct.improvement.models import Programme
from zhoudao.conduct.improvement.queries.programmes import adoption, programme_of, subject_of
from zhoudao.conduct.improvement.refusals import ImprovementRefusal, RowUnsound
from zhoudao.conduct.improvement.training import Ready, note_training, readiness
from zhoudao.doors.desk.improvement.asking import today
from zhoudao.doors.desk.improvement.words import said
from zhoudao.ground.accounts.models import Store, User
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in


@require_http_methods(["GET", "POST"])
@permit("improvement:read")
def page(request: HttpRequest, programme_id: UUID) -> HttpResponse:
    """GET: the matrix of stores and steps; POST notes who was trained."""
    viewer, refusal = viewer_of(request), ""
    one = programme_of(programme_id)
    if one is None:
        raise Http404
    if request.method == "POST":
        try:
            count = _note(request, one)
        except ImprovementRefusal as error:
            refusal = said(error)
        else:
            messages.success(request, _("Noted for {n} more.").format(n=count))
            return redirect(f"{reverse('readiness', args=[one.id])}?step={request.POST.get('step', '')}")
    context = _context(request, one) | {"may_write": viewer.covers(WRITE), "refusal": refusal, "today": today()}
    return render(request, "desk/improvement/readiness.html", context, status=422 if refusal else 200)


def _context(request: HttpRequest, one: Programme) -> dict[str, Any]:
    subject = subject_of(one.flow_key) if one.flow_key else None
    if subject is None:
        return {"one": one, "subject": None}
    stores = list(Store.objects.filter(closed_at=None).order_by("code"))
    found = readiness(one.flow_key, subject.number, subject.graph, stores)
    step = request.POST.get("step") or request.GET.get("step", "")
    version, adopted = adoption(one.flow_key)
    names = {each.element: each.name for each in found}
    return {
        "one": one,
        "subject": subject,
        "rows": list(_rows(found, one.threshold)),
        "step": step,
        "step_name": names.get(step, ""),
        "people": _people(found, step),
        "version": version,
        "adopted": adopted,
        "percent": f"{one.threshold * 100:g}",
    }


def _rows(found: list[Ready], threshold: float) -> Iterator[tuple[Store, list[tuple[Ready, str]]]]:
    """A row a store that has people; each share is good, bad, or none where nobody works on the step."""
    for store in dict.fromkeys(each.store for each in found):
        cells = [each for each in found if each.store == store]
        if any(each.people for each in cells):
            yield store, [(each, _level(each, threshold)) for each in cells]


def _level(each: Ready, threshold: float) -> str:
    return "none" if each.share is None else "good" if each.share >= threshold else "bad"


def _people(found: list[Ready], step: str) -> list[tuple[User, bool]]:
    """Everybody who works on a step, and whether they are trained."""
    chosen = [each for each in found if each.element == step]
    trained = {user_id for each in chosen for user_id in each.trained}
    everybody = {user.pk: user for each in chosen for user in each.people}
    return [(user, user.pk in trained) for user in sorted(everybody.values(), key=lambda user: (user.name, user.email))]


def _note(request: HttpRequest, one: Programme) -> int:
    viewer, given = viewer_of(request), request.POST
    subject = subject_of(one.flow_key) if one.flow_key else None
    if subject is None or given.get("step", "") not in {node.id for node in subject.graph.nodes}:
        raise RowUnsound
    try:
        day = date.fromisoformat(given.get("day", ""))
    except ValueError:
        raise RowUnsound from None
    chosen = [user_id for text in given.getlist("user") if (user_id := uuid_in(text)) is not None]
    noted: dict[str, Any] = {
        "key": one.flow_key,
        "element": given["step"],
        "version": subject.number,
        "user_ids": chosen,
    }
    return note_training(**noted, day=day, viewer=viewer, at=clock.now())
