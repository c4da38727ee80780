"""The board's address."""

from django.urls import path

from zhoudao.doors.desk.board import page, transfers

urlpatterns = [
    path("desk/board/", page.page, name="board"),
    path("desk/board/transfers/", transfers.page, name="transfers"),
]
