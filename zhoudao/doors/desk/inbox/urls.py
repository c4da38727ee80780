"""Addresses of the workspace."""

from django.urls import path

from zhoudao.doors.desk.inbox import answering, clocks, deciding, enclosing, files, opening, side, workspace, writing

_CASE = "desk/cases/<str:number>/"
urlpatterns = [
    path("", workspace.home, name="home"),
    path("desk/", workspace.workspace, name="desk"),
    path("desk/list/", workspace.more, name="desk_list"),
    path("desk/views/", workspace.view_counts, name="desk_views"),
    path(_CASE, opening.case_page, name="desk_case"),
    path(f"{_CASE}parts/", opening.parts, name="desk_parts"),
    path(f"{_CASE}side/", side.side, name="desk_side"),
    path(f"{_CASE}clocks/<uuid:promise_id>/", clocks.explained, name="desk_clock"),
    path(f"{_CASE}clocks/<uuid:promise_id>/settle/", clocks.settled, name="desk_clock_settle"),
    path(f"{_CASE}clocks/<uuid:promise_id>/reason/", clocks.admitted, name="desk_clock_reason"),
    path(f"{_CASE}files/<uuid:attachment_id>/", files.file, name="desk_file"),
    path(f"{_CASE}write/", writing.write, name="desk_write"),
    path(f"{_CASE}ways/", answering.ways, name="desk_ways"),
    path(f"{_CASE}enclosed/", enclosing.put, name="desk_enclose"),
    path(f"{_CASE}enclosed/<uuid:enclosure_id>/", enclosing.remove, name="desk_enclosure"),
    path(f"{_CASE}draft/", writing.draft, name="desk_draft"),
    path(f"{_CASE}here/", writing.presence, name="desk_presence"),
    path(f"{_CASE}messages/<uuid:message_id>/undo/", writing.undo, name="desk_undo"),
    path(f"{_CASE}messages/<uuid:message_id>/retry/", writing.retry, name="desk_retry"),
    path(f"{_CASE}messages/<uuid:message_id>/arrived/", writing.arrived, name="desk_arrived"),
    path(f"{_CASE}messages/<uuid:message_id>/fetch/", writing.fetch, name="desk_fetch"),
    path(f"{_CASE}messages/<uuid:message_id>/unmask/", side.unmasked_message, name="desk_unmask_message"),
    path(f"{_CASE}unmask/<str:field>/", side.unmasked, name="desk_unmask"),
    path(f"{_CASE}do/<slug:code>/", deciding.act, name="desk_act"),
]
