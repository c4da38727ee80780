"""A customer does their step: what they filled in becomes their message, and the flow goes on."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from zhoudao.conduct.flows.commands.answering import Answer, answer_as_customer
from zhoudao.conduct.flows.queries.asked import Ask, asked_of
from zhoudao.conduct.flows.refusals import FormIncomplete, RunNotMoving, TaskAlreadyDone, TaskNotFound
from zhoudao.doors.portal.guessing import barred, discreet, wrong
from zhoudao.doors.portal.languages import speak
from zhoudao.doors.portal.limits import ADDRESS_MESSAGES, VISITOR_MESSAGES, address_of
from zhoudao.doors.portal.progress.asked import Refused, answer_in, form_id
from zhoudao.doors.portal.progress.page import shown
from zhoudao.ground.accounts.permits import permit
from zhoudao.ground.accounts.roles import PUBLIC
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Case
from zhoudao.rooms.conversations.refusals import AttachmentRefused, KeyReused, MessageTooLong, StillInFlight
from zhoudao.rooms.voice.queries import case_of_progress


@permit(PUBLIC)
@csrf_exempt  # the link itself is the right to answer; there is no session to abuse
@require_POST
def answer(request: HttpRequest, token: str, task_id: UUID) -> HttpResponse:
    """This will take what was filled in; the page comes back with thanks, or with what is wrong beside each field."""
    if (stop := barred(request)) is not None:
        return stop
    case = case_of_progress(token)
    if case is None:
        return wrong(request)
    language = speak(request, case.conversation.language if case.conversation else "")
    ask = next((each for each in asked_of(case.id, language) if each.task_id == task_id), None)
    refused = _take(request, case, ask, language) if ask else None
    if refused is not None:
        return discreet(shown(request, case, language, refused=refused, status=422))
    # What is not asked any more was answered before, here or by telling a colleague.
    said = "thanks" if ask else "over"
    return discreet(HttpResponseRedirect(f"/p/{token}/?language={language}&said={said}", status=303))


def _take(request: HttpRequest, case: Case, ask: Ask, language: str) -> Refused | None:
    """This will hand the form in; what is wrong with it, or nothing."""
    form = form_id(request.POST.get("form_token", ""))
    if form is None:
        return Refused(ask.task_id, request.POST.dict(), {}, _too_old())
    if max(VISITOR_MESSAGES.knock(str(case.id)), ADDRESS_MESSAGES.knock(address_of(request))):
        words = _("That was a lot at once. Please wait a few minutes; everything is still here.")
        return Refused(ask.task_id, request.POST.dict(), {}, words)
    given, words = answer_in(request, form, ask.fields)
    faults: dict[str, str] = {}
    if not words:
        words, faults = _hand_in(case, ask, given, language)
    return Refused(ask.task_id, given.given, faults, words) if words else None


def _hand_in(case: Case, ask: Ask, given: Answer, language: str) -> tuple[str, dict[str, str]]:
    """Why it was not taken, as a whole and field by field; nothing when it was, or is not asked any more."""
    try:
        answer_as_customer(case=case, task_id=ask.task_id, answer=given, language=language, at=clock.now())
    except FormIncomplete as refusal:
        files = any(field.type == "file" for field in ask.fields)
        words = _("Something is missing. Files have to be chosen again.") if files else _("Something is missing.")
        return words, refusal.fields
    except (AttachmentRefused, MessageTooLong):
        return _("A file is empty, or together they are larger than 25 MB."), {}
    except StillInFlight:
        return _("This is being taken just now. Please send it once more in a moment."), {}
    except KeyReused:
        return _too_old(), {}
    except (TaskNotFound, TaskAlreadyDone, RunNotMoving):
        return "", {}
    return "", {}


def _too_old() -> str:
    return _("This form is too old or was changed. Everything is still here: please send it again.")
