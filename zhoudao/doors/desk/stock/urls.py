"""Addresses of stock."""

from django.urls import path

from zhoudao.doors.desk.stock import counting, item, moving, page, setup

urlpatterns = [
    path("desk/stock/", page.stock, name="stock"),
    path("desk/stock/item/", item.item, name="stock_item"),
    path("desk/stock/item/act/", item.act, name="stock_item_act"),
    path("desk/stock/move/", moving.move, name="stock_move"),
    path("desk/stock/counts/", counting.counts, name="stock_counts"),
    path("desk/stock/counts/<uuid:count_id>/", counting.count, name="stock_count"),
    path("desk/settings/warehouses/", setup.warehouses, name="settings_warehouses"),
    path("desk/settings/warehouses/new/", setup.warehouse, name="settings_warehouse_new"),
    path("desk/settings/warehouses/<uuid:warehouse_id>/", setup.warehouse, name="settings_warehouse"),
]
