"""The board's address."""

from django.urls import path

from zhoudao.doors.desk.board import consistency, errors, page, reasons, resolution, transfers

urlpatterns = [
    path("desk/board/", page.page, name="board"),
    path("desk/board/resolution/", resolution.page, name="resolution"),
    path("desk/reasons/", reasons.page, name="reasons"),
    path("desk/board/consistency/", consistency.page, name="consistency"),
    path("desk/board/errors/", errors.page, name="errors"),
    path("desk/board/transfers/", transfers.page, name="transfers"),
]
