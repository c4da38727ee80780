"""Addresses of the orders' pages."""

from django.urls import path

from zhoudao.doors.desk.orders import acting, beside, pages

_ONE = "desk/orders/<str:order_number>/"
urlpatterns = [
    path("desk/orders/", pages.orders, name="orders"),
    path("desk/orders/found/", beside.found, name="orders_found"),
    path(_ONE, pages.order, name="order"),
    path(f"{_ONE}act/", acting.act, name="order_act"),
    path(f"{_ONE}recipient/", acting.recipient, name="order_recipient"),
    path(f"{_ONE}case/", acting.open_case, name="order_case"),
    path("desk/cases/<str:number>/orders/", beside.of_case, name="orders_of_case"),
    path("desk/customers/<uuid:customer_id>/orders/", beside.of_customer, name="orders_of_customer"),
]
