"""How a case stands, and dropping something off."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from zhoudao.doors.portal.help.guard import form_id, issue
from zhoudao.doors.portal.kiosk.device import on_device
from zhoudao.doors.portal.kiosk.forms import DropOffForm
from zhoudao.doors.portal.kiosk.looking import case_by, is_tried_too_often, note_wrong, scanned
from zhoudao.doors.portal.kiosk.page import counter_of, needs_with_items
from zhoudao.doors.portal.kiosk.showing import done, kiosk_page
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.eventlog.recording import By
from zhoudao.ground.installation import clock
from zhoudao.rooms.conversations.commands.visits import AddressUnsound, PhoneUnsound, note_visit
from zhoudao.rooms.conversations.models import Channel
from zhoudao.rooms.conversations.refusals import Kept, KeyReused, StillInFlight
from zhoudao.rooms.visits.models import Device, Need, Visit


@permit(PUBLIC)
@require_http_methods(["GET", "POST"])
@on_device
def progress(request: HttpRequest, device: Device) -> HttpResponse:
    """By a scanned code, or case number and the phone's last four digits; unknown and wrong get one answer."""
    if request.method != "POST":
        return kiosk_page(request, device, "progress.html", {})
    number, digits = request.POST.get("number", "")[:300], request.POST.get("digits", "")
    if is_tried_too_often(device, number):
        refusal = _("That was wrong too often. Please ask a colleague.")
        return kiosk_page(request, device, "progress.html", {"refusal": refusal}, status=429)
    found = scanned(number) or case_by(number, digits)
    if isinstance(found, Visit):
        return done(request, "visit", found.id)
    if found is None:
        note_wrong(device, number)
        refusal = _("Number and digits do not belong together. Check the slip, or ask a colleague.")
        return kiosk_page(request, device, "progress.html", {"refusal": refusal}, status=422)
    return done(request, "stands", found.id)


@permit(PUBLIC)
@require_http_methods(["GET", "POST"])
@on_device
def drop_off(request: HttpRequest, device: Device) -> HttpResponse:
    """Something is left here: a case of the fitting kind, noted at the store's counter, with a receipt."""
    needs, channel = needs_with_items(device), counter_of(device)
    if not needs or channel is None:
        return redirect("portal:kiosk")
    wanted = request.POST.get("need") or request.GET.get("need", "")
    need = next((one for one in needs if str(one.id) == wanted), needs[0] if len(needs) == 1 else None)
    form = DropOffForm(request.POST if request.method == "POST" else None, initial={"form_token": issue()})
    if need is not None and request.method == "POST" and form.is_valid():
        noted = _note(form, need, channel, device)
        if noted is not None:
            return done(request, "case", noted)
    context = {"needs": needs, "need": need, "form": form}
    return kiosk_page(request, device, "drop_off.html", context, status=422 if form.errors else 200)


def _note(form: DropOffForm, need: Need, channel: Channel, device: Device) -> UUID | None:
    """The conversation, or None with the reason at the form."""
    asked_id = form_id(form.cleaned_data["form_token"])
    if asked_id is None:
        _anew(form, _("This form is too old or was changed. Everything is still here: please send it again."))
        return None
    inbound = form.inbound(channel.code, need, asked_id)
    try:
        noted = note_visit(form.visitor(), inbound=inbound, by=By(f"device:{device.id}"), at=clock.now())
    except KeyReused:
        _anew(form, _("This form was sent before with other words. Send it again as a new one."))
        return None
    except (PhoneUnsound, AddressUnsound):
        form.add_error("phone", _("This is no telephone number."))
        return None
    except (Kept, StillInFlight):
        form.add_error(None, _("That did not work. Please tap once more, or ask a colleague."))
        return None
    return noted.conversation_id


def _anew(form: DropOffForm, words: str) -> None:
    form.add_error(None, words)
    form.begin_anew(issue())
