"""The order board's addresses."""

from django.urls import path

from zhoudao.doors.desk.order_board import behind, page, said

urlpatterns = [
    path("desk/orders/board/", page.page, name="order_board"),
    path("desk/orders/board/said/", said.said, name="orders_said"),
    path("desk/orders/board/behind/", behind.numbers, name="order_numbers"),
]
