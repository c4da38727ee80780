"""What people see when something does not work: honest, short, with a way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC

_PAGES: dict[int, tuple[LazyText, LazyText]] = {
    400: (_("That request made no sense"), _("Go back and try again.")),
    403: (_("You may not do that"), _("Ask an administrator if you need it. If you were signed out, sign in again.")),
    404: (_("There is nothing here"), _("It does not exist, or it is not yours to see.")),
    500: (_("Something broke on our side"), _("Nothing you entered was changed. Try again; it has been written down.")),
}


@permit(PUBLIC)
def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400"""
    return _page(request, 400)


@permit(PUBLIC)
def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return _page(request, 403)


@permit(PUBLIC)
def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    return _page(request, 404)


@permit(PUBLIC)
def broken(request: HttpRequest) -> HttpResponse:
    """500: drawn without asking the database anything."""
    return _page(request, 500)


@permit(PUBLIC)
def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without its token: mostly a page left open over a sign-out."""
    return _page(request, 403)


def _page(request: HttpRequest, status: int) -> HttpResponse:
    title, words = _PAGES[status]
    context = {"status": status, "title": title, "words": words, "path": request.path}
    return render(request, "desk/error.html", context, status=status, using="django")
