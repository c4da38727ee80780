"""Addresses of figures and targets."""

from django.urls import path

from zhoudao.doors.desk.figures import alarms, export, one, page

urlpatterns = [
    path("desk/figures/", page.figures, name="figures"),
    path("desk/board/export/", export.board, name="board_export"),
    path("desk/figures/export/", export.history, name="figures_export"),
    path("desk/figures/cases/", export.cases, name="figure_cases"),
    path("desk/figures/alarms/", alarms.alarms, name="figure_alarms"),
    path("desk/figures/alarms/<uuid:shortfall_id>/", alarms.alarm, name="figure_alarm"),
    path("desk/figures/alarms/<uuid:shortfall_id>/improvements/", alarms.improve, name="figure_improve"),
    path(
        "desk/figures/alarms/<uuid:shortfall_id>/improvements/<uuid:improvement_id>/",
        alarms.tick,
        name="figure_improvement",
    ),
    path("desk/figures/<str:name>/", one.figure, name="figure"),
    path("desk/figures/<str:name>/target/", one.target, name="figure_target"),
]
