"""A handbook as a PDF: asked for, watched while it is made, fetched."""

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.conduct.handbooks.models import Print, State
from zhoudao.conduct.handbooks.printing import ask_print
from zhoudao.doors.desk.handbooks.reading import print_context
from zhoudao.doors.desk.handbooks.showing import edition_or_404, seen_by
from zhoudao.doors.desk.papers import pdf_answer
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.roles import SIGNED_IN
from zhoudao.ground.installation.clock import now


@require_http_methods(["GET", "POST"])
@permit(SIGNED_IN)
def print_it(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """POST asks for it; GET says how far it is."""
    viewer = viewer_of(request)
    edition = edition_or_404(edition_id)
    if not seen_by(edition, viewer):
        raise Http404
    if request.method == "POST":
        ask_print(edition_id=edition.id, language=viewer.language, at=now())
    return render(request, "desk/handbooks/_print.html", print_context(edition, viewer))


@require_GET
@permit(SIGNED_IN)
def download(request: HttpRequest, edition_id: UUID) -> HttpResponse:
    """The file, made once."""
    viewer = viewer_of(request)
    edition = edition_or_404(edition_id)
    rows = Print.objects.filter(edition=edition, language=viewer.language, as_approved=edition.state != State.DRAFT)
    one = rows.filter(state="done", file__isnull=False).select_related("file").first()
    if one is None or one.file is None or not seen_by(edition, viewer):
        raise Http404
    return pdf_answer(one.file, f"{edition.key}-{edition.team.code}-{edition.number}.pdf")
