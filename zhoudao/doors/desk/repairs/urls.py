"""Addresses of devices and repairs."""

from django.urls import path

from zhoudao.doors.desk.repairs import acting, asking, devices, pages, products, signing

_ONE = "desk/repairs/<str:repair_number>/"
urlpatterns = [
    path("desk/repairs/", pages.repairs, name="repairs"),
    path("desk/repairs/bench/", pages.bench_page, name="repairs_bench"),
    path("desk/repairs/products/", products.products, name="repairs_products"),
    path("desk/repairs/products/act/", products.act, name="repairs_products_act"),
    path(_ONE, pages.repair, name="repair"),
    path(f"{_ONE}act/", acting.act, name="repair_act"),
    path(f"{_ONE}visit/", pages.visit, name="repair_visit"),
    path(f"{_ONE}sign/", signing.sign, name="repair_sign"),
    path(f"{_ONE}signature/", acting.signature, name="repair_signature"),
    path(f"{_ONE}photos/<uuid:picture_id>/", acting.photo, name="repair_photo"),
    path("desk/devices/<uuid:device_id>/", devices.device, name="device"),
    path("desk/devices/<uuid:device_id>/act/", devices.act, name="device_act"),
    path("desk/customers/<uuid:customer_id>/devices/", devices.of_customer, name="devices_of_customer"),
    path("desk/customers/<uuid:customer_id>/devices/new/", devices.register, name="device_new"),
    path("desk/orders/<str:order_number>/repair/", asking.ask, name="order_repair"),
]
