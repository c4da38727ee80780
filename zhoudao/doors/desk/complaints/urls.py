"""Addresses of complaints."""

from django.urls import path

from zhoudao.doors.desk.complaints import answering, listing, pareto

_CASE = "desk/cases/<str:number>/complaint/"
urlpatterns = [
    path(_CASE, answering.answer, name="complaint"),
    path(f"{_CASE}<uuid:answer_id>/recording/", answering.recording, name="complaint_recording"),
    path("desk/causes/", pareto.page, name="causes"),
    path("desk/settings/causes/", listing.listing, name="settings_causes"),
]
