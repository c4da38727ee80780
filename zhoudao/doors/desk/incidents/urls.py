"""Addresses of incidents."""

from django.urls import path

from zhoudao.doors.desk.incidents import joining, pages, reviewing, risks, rounds, steering, surges

_ONE = "desk/incidents/<str:incident>/"
urlpatterns = [
    path("desk/incidents/", pages.incidents, name="incidents"),
    path("desk/incidents/new/", pages.new, name="incident_new"),
    path("desk/incidents/choose/", joining.choose, name="incident_choose"),
    path("desk/incidents/put/", joining.put, name="incident_put"),
    path("desk/incidents/surges/<uuid:surge_id>/confirm/", surges.confirm, name="surge_confirm"),
    path("desk/incidents/surges/<uuid:surge_id>/dismiss/", surges.dismiss, name="surge_dismiss"),
    path("desk/risks/", risks.risks, name="risks"),
    path("desk/risks/new/", risks.new, name="risk_new"),
    path("desk/risks/<uuid:risk_id>/", risks.risk, name="risk"),
    path("desk/risks/<uuid:risk_id>/review/", risks.review, name="risk_review"),
    path("desk/risks/<uuid:risk_id>/retire/", risks.retire, name="risk_retire"),
    path(_ONE, pages.incident_page, name="incident"),
    path(f"{_ONE}edit/", pages.edit, name="incident_edit"),
    path(f"{_ONE}stage/", steering.stage, name="incident_stage"),
    path(f"{_ONE}part/", steering.part, name="incident_part"),
    path(f"{_ONE}steps/", steering.add, name="incident_step_add"),
    path(f"{_ONE}steps/<uuid:step_id>/", steering.tick, name="incident_step"),
    path(f"{_ONE}joins/<uuid:join_id>/undo/", joining.undo, name="incident_join_undo"),
    path(f"{_ONE}review/", reviewing.review, name="incident_review"),
    path(f"{_ONE}actions/", reviewing.add, name="incident_action_add"),
    path(f"{_ONE}actions/<uuid:action_id>/", reviewing.tick, name="incident_action"),
    path(f"{_ONE}alike/", surges.alike, name="incident_alike"),
    path(f"{_ONE}message/", rounds.say, name="incident_say"),
    path(f"{_ONE}close/", rounds.close, name="incident_close"),
    path(f"{_ONE}rounds/<uuid:round_id>/", rounds.round_page, name="incident_round"),
    path(f"{_ONE}rounds/<uuid:round_id>/run/", rounds.run, name="incident_round_run"),
    path(f"{_ONE}rounds/<uuid:round_id>/more/", rounds.more, name="incident_round_more"),
    path(f"{_ONE}rounds/<uuid:round_id>/undo/", rounds.undo, name="incident_round_undo"),
]
