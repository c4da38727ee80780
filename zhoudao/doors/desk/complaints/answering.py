"""Answering a complaint on record."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from zhoudao.doors.desk.inbox.opening import case_or_404
from zhoudao.doors.desk.words import said
from zhoudao.ground.accounts.permits import permit, viewer_of
from zhoudao.ground.files.store import FileEmpty, FileTooLarge, read
from zhoudao.ground.installation import clock
from zhoudao.rooms.cases.models import Kind
from zhoudao.rooms.cases.refusals import CaseRefusal
from zhoudao.rooms.complaints.causes import causes
from zhoudao.rooms.complaints.commands import LONGEST, AnswerRefused, Said, answer_complaint
from zhoudao.rooms.complaints.models import Answer, Way
from zhoudao.rooms.complaints.queries import answers_of
from zhoudao.rooms.conversations.refusals import MessageTooLong


class AnswerForm(forms.Form):
    """How, when, what was said, why it came up, what it cost."""

    way = forms.ChoiceField(label=gettext_lazy("Answered"), choices=Way.choices, widget=forms.RadioSelect)
    words = forms.CharField(
        label=gettext_lazy("What was said"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 6})
    )
    cause = forms.ChoiceField(label=gettext_lazy("Cause"))
    product = forms.CharField(label=gettext_lazy("Product"), max_length=60, required=False)
    cost = forms.DecimalField(
        label=gettext_lazy("Granted (refund, gift, voucher)"),
        min_value=0,
        max_value=1_000_000,
        decimal_places=2,
        required=False,
    )
    answered_at = forms.DateTimeField(
        label=gettext_lazy("Spoke at"),
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
    )
    recording = forms.FileField(label=gettext_lazy("Recording"), required=False)

    def __init__(self, *given: Any, **named: Any) -> None:
        super().__init__(*given, **named)
        field = self.fields["cause"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", _("Choose …")), *causes().items()]

    def said(self, now: datetime) -> Said:
        """What the command wants."""
        given, file = self.cleaned_data, self.cleaned_data["recording"]
        return Said(
            way=given["way"],
            words=given["words"],
            cause=given["cause"],
            answered_at=given["answered_at"] or now,
            product=given["product"],
            cost_cents=int((given["cost"] or Decimal(0)) * 100),
            recording=file.read() if file else None,
        )


@require_http_methods(["GET", "POST"])
@permit("cases:write")
def answer(request: HttpRequest, number: str) -> HttpResponse:
    """The answers so far, and one more."""
    viewer, at = viewer_of(request), clock.now()
    case = case_or_404(viewer, number)
    if case.kind != Kind.COMPLAINT:
        raise Http404
    form = AnswerForm(request.POST or None, request.FILES or None, initial={"way": Way.WRITING, "cause": case.cause})
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            answer_complaint(case_id=case.id, said=form.said(at), viewer=viewer, at=at, real_now=datetime.now(UTC))
        except (AnswerRefused, CaseRefusal, FileTooLarge, FileEmpty, MessageTooLong) as error:
            refusal = said(error)
        else:
            messages.success(request, _("The answer is on record."))
            return redirect("desk_case", number=case.number)
    context = {"case": case, "form": form, "refusal": refusal, "answers": answers_of([case.id])}
    status = 422 if refusal or form.errors else 200
    return render(request, "desk/complaints/answer.html", context, status=status)


@require_GET
@permit("cases:read")
def recording(request: HttpRequest, number: str, answer_id: UUID) -> HttpResponse:
    """A recording, for whoever may see the case."""
    case = case_or_404(viewer_of(request), number)
    found = Answer.objects.filter(id=answer_id, case=case, recording__isnull=False).select_related("recording").first()
    if found is None or found.recording is None:
        raise Http404
    response = HttpResponse(read(found.recording), content_type=found.recording.content_type)
    response["Content-Disposition"] = "inline" if found.recording.content_type.startswith("audio/") else "attachment"
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
