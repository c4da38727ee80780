"""Addresses of process intelligence."""

from django.urls import path

from zhoudao.doors.desk.insight import asking, filtering, key_nodes, reading

_ONE = "desk/insight/<uuid:report_id>/"
urlpatterns = [
    path("desk/insight/", asking.reports, name="insight"),
    path("desk/insight/file/", asking.of_file, name="insight_upload"),
    path(_ONE, reading.report, name="report"),
    path(f"{_ONE}narrow/", filtering.narrow, name="report_narrow"),
    path(f"{_ONE}again/", asking.again, name="report_again"),
    path(f"{_ONE}beside/", asking.beside, name="report_beside"),
    path(f"{_ONE}hour/", asking.hour, name="report_hour"),
    path(f"{_ONE}delete/", asking.delete, name="report_delete"),
    path(f"{_ONE}key-nodes/", key_nodes.key_nodes, name="key_nodes"),
    path(f"{_ONE}key-nodes/ask/", key_nodes.ask, name="key_nodes_ask"),
    path(f"{_ONE}key-nodes/goal/", key_nodes.goal, name="node_goal"),
    path(f"{_ONE}cases/", reading.cases, name="report_cases"),
    path(f"{_ONE}file/", reading.as_file, name="report_file"),
    path(f"{_ONE}flow/", reading.flow, name="report_flow"),
    path(f"{_ONE}figures/", reading.figures, name="report_figures"),
]
