"""The guide at the desk: an agent asks what the customer needs, and names at most three products with reasons."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from zhoudao.conduct.offering.asking import guided
from zhoudao.ground.accounts.permits import permit
from zhoudao.rooms.catalogue.queries.finding import categories, category_named


@require_GET
@permit("products:read")
def guide(request: HttpRequest) -> HttpResponse:
    """Which kind, then its questions, then what fits and why."""
    kinds = [one for one in categories() if one.questions_many]  # type: ignore[attr-defined]  # counted by the query
    chosen = category_named(request.GET.get("kind", "")[:40]) if request.GET.get("kind") else None
    context = {"kinds": kinds, "chosen": chosen, **(guided(chosen, request.GET.dict()) if chosen else {})}
    return render(request, "desk/catalogue/guide.html", context)
