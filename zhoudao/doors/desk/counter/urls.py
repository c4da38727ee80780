"""Addresses of the counter page."""

from django.urls import path

from zhoudao.doors.desk.counter import ordering, views

urlpatterns = [
    path("desk/counter/", views.counter, name="counter"),
    path("desk/counter/order/", ordering.order, name="counter_order"),
    path("desk/counter/order/<str:order_number>/", ordering.ordered, name="counter_ordered"),
    path("desk/counter/find/", views.find, name="counter_find"),
    path("desk/counter/choose/", views.choose, name="counter_choose"),
    path("desk/counter/noted/<uuid:message_id>/", views.noted, name="counter_noted"),
    path("desk/counter/noted/<uuid:message_id>/slip/", views.slip, name="counter_slip"),
]
