"""Addresses of the orders' pages."""

from django.urls import path

from zhoudao.doors.desk.orders import (
    acting,
    allocating,
    beside,
    cancelling,
    correcting,
    detecting,
    holds,
    lists,
    merging,
    pages,
    parcels,
    pricing,
    rehearsing,
    storefronts,
    tracking,
)

_LIST = "desk/orders/lists/<uuid:list_id>/"
_ONE = "desk/orders/<str:order_number>/"
urlpatterns = [
    path("desk/orders/", pages.orders, name="orders"),
    path("desk/orders/found/", beside.found, name="orders_found"),
    path("desk/orders/holds/", holds.holds, name="order_holds"),
    path("desk/orders/holds/release/", holds.release, name="order_holds_release"),
    path("desk/orders/holds/<uuid:hold_id>/", holds.act, name="order_hold_act"),
    path("desk/orders/unknown/", tracking.unknown, name="orders_unknown_parcels"),
    path("desk/orders/unknown/<uuid:report_id>/", tracking.again, name="orders_report_again"),
    path("desk/orders/shops/", storefronts.posts, name="storefront_posts"),
    path("desk/orders/shops/<uuid:post_id>/", storefronts.act, name="storefront_post"),
    path("desk/orders/prices/", pricing.prices, name="order_prices"),
    path("desk/orders/detectors/", detecting.detectors, name="order_detectors"),
    path("desk/orders/what-if/", rehearsing.rehearsals, name="order_rehearsals"),
    path("desk/orders/what-if/<uuid:rehearsal_id>/", rehearsing.rehearsal, name="order_rehearsal"),
    path("desk/orders/what-if/<uuid:rehearsal_id>/progress/", rehearsing.progress, name="order_rehearsal_progress"),
    path("desk/orders/lists/", lists.lists, name="order_lists"),
    path(_LIST, lists.order_list, name="order_list"),
    path(f"{_LIST}progress/", lists.progress, name="order_list_progress"),
    path(f"{_LIST}wrong.csv", lists.wrong, name="order_list_wrong"),
    path(_ONE, pages.order, name="order"),
    path(f"{_ONE}act/", acting.act, name="order_act"),
    path(f"{_ONE}allocate/", allocating.allocate, name="order_allocate"),
    path(f"{_ONE}pieces/", cancelling.pieces, name="order_pieces"),
    path(f"{_ONE}merge/", merging.merge, name="order_merge"),
    path(f"{_ONE}recipient/", acting.recipient, name="order_recipient"),
    path(f"{_ONE}hold/", correcting.hold, name="order_hold"),
    path(f"{_ONE}correct/", correcting.correct, name="order_correct"),
    path(f"{_ONE}parcels/", parcels.hand_over, name="order_hand_over"),
    path(f"{_ONE}parcels/<uuid:parcel_id>/", parcels.renumber, name="order_parcel"),
    path(f"{_ONE}parcels/<uuid:parcel_id>/delivered/", parcels.delivered, name="order_parcel_delivered"),
    path(f"{_ONE}case/", acting.open_case, name="order_case"),
    path("desk/cases/<str:number>/orders/", beside.of_case, name="orders_of_case"),
    path("desk/cases/<str:number>/orders/<str:order_number>/stop/", beside.stop, name="order_stop"),
    path("desk/customers/<uuid:customer_id>/orders/", beside.of_customer, name="orders_of_customer"),
]
