"""Addresses of figures and targets."""

from django.urls import path

from zhoudao.doors.desk.figures import alarms, export, one, page, reports

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
    path("desk/figures/reports/", reports.reports, name="figure_reports"),
    path("desk/figures/reports/want/", reports.want, name="figure_reports_want"),
    path("desk/figures/reports/<uuid:report_id>/", reports.report, name="figure_report"),
    path("desk/figures/reports/<uuid:report_id>/paper/", reports.paper, name="figure_report_paper"),
    path("desk/figures/reports/<uuid:report_id>/file/", reports.download, name="figure_report_file"),
    path("desk/figures/<str:name>/", one.figure, name="figure"),
    path("desk/figures/<str:name>/target/", one.target, name="figure_target"),
]
