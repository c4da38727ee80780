"""Addresses of after-sales."""

from django.urls import path

from zhoudao.doors.desk.aftersales import acting, aside, asking, counter, fetching, labelling, pages, refunds, station

_ONE = "desk/returns/<str:return_number>/"
_STATION = "desk/returns/station/"
urlpatterns = [
    path("desk/returns/", pages.returns, name="returns"),
    path("desk/returns/refunds/", refunds.refunds, name="refunds"),
    path("desk/returns/refunds/<uuid:refund_id>/", refunds.act, name="refund_act"),
    path("desk/returns/counter/", counter.counter, name="returns_counter"),
    path("desk/returns/aside/", aside.aside, name="returns_aside"),
    path("desk/returns/aside/<uuid:piece_id>/", aside.settle_piece, name="returns_aside_piece"),
    path("desk/returns/strays/<uuid:stray_id>/", aside.settle, name="returns_stray"),
    path(_STATION, station.table, name="returns_station"),
    path(f"{_STATION}<str:slip>/", station.station, name="return_station"),
    path(f"{_STATION}<str:slip>/inspect/", station.inspect, name="return_inspect"),
    path(_ONE, pages.return_, name="return"),
    path(f"{_ONE}act/", acting.act, name="return_act"),
    path(f"{_ONE}pickup/", fetching.fetch, name="return_fetch"),
    path(f"{_ONE}label/", labelling.label, name="return_label"),
    path(f"{_ONE}label/file/", labelling.paper, name="return_label_paper"),
    path(f"{_ONE}photos/<uuid:photo_id>/", acting.photo, name="return_photo"),
    path("desk/orders/<str:order_number>/return/", asking.ask, name="order_return"),
]
