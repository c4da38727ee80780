"""Who may put the portal's pages in a frame: nobody, but for the pages a key of the company's own app names."""

from collections.abc import Callable, Sequence

from django.http import HttpRequest, HttpResponse

from zhoudao.doors.portal.guests import APP_COOKIE, guest_of

_PAGES = ("/portal/", "/help/", "/p/", "/r/", "/n/", "/s/")


class Framing:
    """Lets pages that were reached through an app be framed by that app's pages, and by no other."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        answer = self.get_response(request)
        if APP_COOKIE in request.COOKIES and request.path.startswith(_PAGES):
            guest = guest_of(request)
            if guest is not None and guest.key is not None:
                let_frame(answer, guest.key.origins)
        return answer


def let_frame(answer: HttpResponse, origins: Sequence[str]) -> HttpResponse:
    """This will let these pages frame an answer."""
    if origins and not hasattr(answer, "_csp_replace"):
        answer._csp_replace = {"frame-ancestors": list(origins)}  # type: ignore[attr-defined]  # django-csp reads it
        answer.xframe_options_exempt = True
    return answer
