"""The page a customer signs on, on the engineer's phone: drawn, or typed and ticked where nothing can be drawn."""

import base64
import binascii

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.desk.repairs.finding import money, repair_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.repairs.commands.ending import MOST_SIGNATURE, sign_off
from zhoudao.rooms.repairs.kinds import State
from zhoudao.rooms.repairs.queries.listing import WRITE
from zhoudao.rooms.repairs.refusals import RepairRefused, SignatureUnsound

_DRAWN = "data:image/png;base64,"


@require_http_methods(["GET", "POST"])
@permit("repairs:write")
def sign(request: HttpRequest, repair_number: str) -> HttpResponse:
    """GET shows what is signed for; POST keeps who signed, with what they drew."""
    viewer, given = viewer_of(request), request.POST
    found, refusal = repair_or_404(viewer, repair_number, WRITE), ""
    if request.method == "POST":
        try:
            drawn = drawn_in(given.get("drawn", ""))
            if drawn is None and given.get("handed") != "yes":
                raise SignatureUnsound(SignatureUnsound.__doc__)
            name, by = given.get("name", ""), By(viewer.actor)
            sign_off(repair_id=found.id, name=name, drawn=drawn, by=by, at=clock.now())
            messages.success(request, _("Signed."))
            return redirect("repair", found.number)
        except RepairRefused as error:
            refusal = said(error)
    context = {
        "repair": found,
        "device": found.device,
        "may_sign": found.state in (State.READY, State.HANDED) and found.signed_at is None,
        "owed": money(found.owed_minor, found.currency) if found.is_owing else "",
        "given": given,
        "refusal": refusal,
    }
    return render(request, "desk/repairs/sign.html", context, status=422 if refusal else 200)


def drawn_in(text: str) -> bytes | None:
    """The picture a canvas gave; None where nothing was drawn. Raises: SignatureUnsound."""
    if not text:
        return None
    if not text.startswith(_DRAWN) or len(text) > MOST_SIGNATURE * 2:
        raise SignatureUnsound(SignatureUnsound.__doc__)
    try:
        return base64.b64decode(text.removeprefix(_DRAWN), validate=True)
    except (binascii.Error, ValueError):
        raise SignatureUnsound(SignatureUnsound.__doc__) from None
