"""The bell, the list behind it, and everybody's own choices."""

from datetime import time
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from zhoudao.doors.desk.words import said, toast
from zhoudao.ground.accounts.managing import ZoneUnknown
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.accounts.roles import SIGNED_IN
from zhoudao.ground.installation import clock
from zhoudao.ground.notices.commands import HoursIncomplete, read_notices, set_wish
from zhoudao.ground.notices.kinds import kinds, way_of
from zhoudao.ground.notices.models import Notice, Wish
from zhoudao.ground.notices.queries import CAP, notices_of, unread
from zhoudao.rooms.conversations.models import Channel


class ChoicesForm(forms.Form):
    """When mails rest, and by which clock."""

    quiet_from = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    quiet_until = forms.TimeField(required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))
    zone = forms.CharField(required=False, max_length=64, label=gettext_lazy("Time zone"))


@require_GET
@permit(SIGNED_IN)
def notices(request: HttpRequest) -> HttpResponse:
    """The newest fifty, unread ones first; a page of its own to who comes by its address."""
    path = "desk/notices/notices.html" if request.headers.get("HX-Request") else "desk/notices/page.html"
    return render(request, path, {"lines": notices_of(_me(request))})


@require_GET
@permit(SIGNED_IN)
def bell(request: HttpRequest) -> HttpResponse:
    """How many are unread; asked for after the page has come, so that no page waits for it."""
    count, newest = unread(_me(request))
    shown = f"{CAP}+" if count >= CAP else str(count)
    return render(request, "desk/notices/_bell.html", {"count": count, "shown": shown, "newest": newest})


@require_POST
@permit(SIGNED_IN)
def read(request: HttpRequest) -> HttpResponse:
    """All of them are read now."""
    read_notices(user_id=_me(request), at=clock.now())
    if not request.headers.get("HX-Request"):
        messages.success(request, _("All read."))
        return redirect("notices")
    response = render(request, "desk/notices/notices.html", {"lines": notices_of(_me(request))})
    return toast(response, _("All read."))


@require_GET
@permit(SIGNED_IN)
def follow(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """To what it is about; whether one may see that is decided there."""
    row = Notice.objects.filter(id=notice_id, user_id=_me(request)).first()
    if row is None:
        raise Http404
    read_notices(user_id=_me(request), at=clock.now(), ids=[row.id])
    return redirect(row.address)


@require_http_methods(["GET", "POST"])
@permit(SIGNED_IN)
def choices(request: HttpRequest) -> HttpResponse:
    """How one wants to be told of what, and when mails rest."""
    me = _me(request)
    wish = Wish.objects.filter(user_id=me).first() or Wish(user_id=me)
    form = ChoicesForm(request.POST or None, initial=_initial(wish))
    if request.method == "POST" and form.is_valid():
        ways = {kind.code: request.POST.get(f"way-{kind.code}", "") for kind in kinds()}
        try:
            set_wish(user_id=me, ways=ways, **form.cleaned_data)
        except (ZoneUnknown, HoursIncomplete) as refusal:
            form.add_error(None, said(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("notices_choices")
    context = {
        "form": form,
        "wish": wish,
        "kinds": [(kind, request.POST.get(f"way-{kind.code}") or way_of(kind.code, wish.ways)) for kind in kinds()],
        "zones": sorted(available_timezones()),
        "company_zone": clock.zone().key,
        "has_mailbox": Channel.objects.filter(kind="email", is_active=True).exists(),
    }
    return render(request, "desk/notices/choices.html", context, status=422 if form.errors else 200)


def _initial(wish: Wish) -> dict[str, Any]:
    def clock_face(at: time | None) -> str:
        return f"{at:%H:%M}" if at else ""

    return {"quiet_from": clock_face(wish.quiet_from), "quiet_until": clock_face(wish.quiet_until), "zone": wish.zone}


def _me(request: HttpRequest) -> UUID:
    user_id = viewer_of(request).user_id
    assert user_id is not None, "the permission is given to people only"
    return user_id
