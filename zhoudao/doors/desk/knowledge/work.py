"""What is to be written: what was looked for and not found, and what did not help."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.installation import clock
from zhoudao.kit.ids import uuid_in
from zhoudao.rooms.knowledge.commands.hearing import dismiss_miss
from zhoudao.rooms.knowledge.queries.worklists import misses, unhelpful
from zhoudao.rooms.knowledge.refusals import ArticleNotFound
from zhoudao.rooms.knowledge.texts import shown


@require_http_methods(["GET", "POST"])
@permit("articles:write")
def questions(request: HttpRequest) -> HttpResponse:
    """GET shows both lists; POST takes words off the first."""
    viewer = viewer_of(request)
    if request.method == "POST":
        try:
            dismiss_miss(miss_id=uuid_in(request.POST.get("miss", "")), viewer=viewer, at=clock.now())
        except ArticleNotFound as error:
            raise Http404 from error
        messages.success(request, _("Off the list until somebody looks for it again."))
        return redirect("knowledge_questions")
    rows, after = misses(after=uuid_in(request.GET.get("after", "")))
    worst = [(one, shown(one.version.texts, viewer.language)) for one in unhelpful(clock.now())]
    return render(request, "desk/knowledge/questions.html", {"rows": rows, "next": after, "worst": worst})
