"""The customer's addresses."""

from django.urls import path

from zhoudao.doors.portal import embed, handing
from zhoudao.doors.portal.bookings import choosing as booking_choosing
from zhoudao.doors.portal.bookings import page as booking
from zhoudao.doors.portal.chat import page as chat
from zhoudao.doors.portal.demo_shop import page as demo_shop
from zhoudao.doors.portal.help import page as help
from zhoudao.doors.portal.help_centre import page as answers
from zhoudao.doors.portal.home import case, me, preferences, signing, stores
from zhoudao.doors.portal.home import page as home
from zhoudao.doors.portal.install import page as install
from zhoudao.doors.portal.kiosk import appointment as kiosk_appointment
from zhoudao.doors.portal.kiosk import asking as kiosk_asking
from zhoudao.doors.portal.kiosk import page as kiosk
from zhoudao.doors.portal.kiosk import showing as kiosk_showing
from zhoudao.doors.portal.products import page as products
from zhoudao.doors.portal.progress import answering as progress_answering
from zhoudao.doors.portal.progress import news as progress_news
from zhoudao.doors.portal.progress import page as progress
from zhoudao.doors.portal.queue import page as queue
from zhoudao.doors.portal.rating import order as order_rating
from zhoudao.doors.portal.rating import page as rating
from zhoudao.doors.portal.repairs import asking as repair_asking
from zhoudao.doors.portal.repairs import page as repairs
from zhoudao.doors.portal.repairs import sending as repair_sending
from zhoudao.doors.portal.returns import asking as return_asking
from zhoudao.doors.portal.returns import fetching as return_fetching
from zhoudao.doors.portal.returns import labelling as return_labelling
from zhoudao.doors.portal.returns import page as returns
from zhoudao.doors.portal.tracking import acting as tracking_acting
from zhoudao.doors.portal.tracking import page as tracking
from zhoudao.doors.portal.tracking import pieces as tracking_pieces
from zhoudao.doors.portal.visits import page as visits
from zhoudao.doors.portal.widget import frame, protocol

app_name = "portal"
urlpatterns = [
    path("widget.js", frame.loader, name="widget_loader"),
    path("widget/<slug:code>/", frame.frame, name="widget"),
    path("widget/<slug:code>/start", protocol.start, name="widget_start"),
    path("widget/<slug:code>/messages", protocol.messages, name="widget_messages"),
    path("widget/<slug:code>/typing", protocol.typing, name="widget_typing"),
    path("widget/<slug:code>/files/<uuid:attachment_id>", protocol.file, name="widget_file"),
    path("p/<str:token>/", progress.progress, name="progress"),
    path("p/<str:token>/news/", progress_news.news, name="progress_news"),
    path("p/<str:token>/answers/<uuid:task_id>/", progress_answering.answer, name="progress_answer"),
    path("f/<str:token>/", handing.file, name="handed_file"),
    path("r/<str:token>/", rating.rating, name="rating"),
    path("t/", tracking.find, name="find_order"),
    path("t/<str:token>/", tracking.tracking, name="tracking"),
    path("t/<str:token>/address/", tracking_acting.change_address, name="tracking_address"),
    path("t/<str:token>/cancel/", tracking_acting.cancel, name="tracking_cancel"),
    path("t/<str:token>/cancel/pieces/", tracking_pieces.choose, name="tracking_pieces"),
    path("t/<str:token>/rate/", order_rating.order_rating, name="order_rating"),
    path("t/<str:token>/ask/", tracking_acting.ask, name="tracking_ask"),
    path("t/<str:token>/return/", return_asking.give_back, name="give_back"),
    path("t/<str:token>/return/<slug:number>/", returns.returned, name="returned"),
    path("t/<str:token>/return/<slug:number>/slip/", returns.slip, name="return_slip"),
    path("t/<str:token>/return/<slug:number>/sent/", returns.sent, name="return_sent"),
    path("t/<str:token>/return/<slug:number>/pickup/", return_fetching.pickup, name="return_pickup"),
    path("t/<str:token>/return/<slug:number>/label/", return_labelling.label, name="return_label"),
    path("t/<str:token>/return/<slug:number>/label/file/", return_labelling.paper, name="return_label_paper"),
    path("t/<str:token>/return/<slug:number>/withdraw/", returns.withdraw, name="return_withdraw"),
    path("t/<str:token>/repair/", repair_asking.repair_ask, name="repair_ask"),
    path("t/<str:token>/repair/photo/", repair_sending.repair_photo, name="repair_photo"),
    path("m/<str:token>/", repairs.repair, name="repair"),
    path("m/<str:token>/answer/", repairs.answer, name="repair_answer"),
    path("m/<str:token>/withdraw/", repairs.withdraw, name="repair_withdraw"),
    path("answers/", answers.home, name="answers"),
    path("answers/<slug:code>/", answers.answer, name="answer"),
    path("answers/<slug:code>/helpful/", answers.judge, name="answer_judged"),
    path("help/", help.needs, name="help"),
    path("help/sent/<str:token>/", help.sent, name="help_sent"),
    path("help/<slug:need>/", help.form, name="help_form"),
    path("products/", products.products_list, name="products"),
    path("products/compare/", products.compare, name="products_compare"),
    path("products/one/<slug:product>/", products.product, name="product"),
    path("products/one/<slug:product>/pictures/<uuid:image_id>/", products.picture, name="product_picture"),
    path("guide/", products.guides, name="guides"),
    path("guide/<slug:category>/", products.guide, name="guide"),
    path("s/<slug:store>/", queue.take, name="take"),
    path("s/<slug:store>/wall/", queue.wall, name="store_wall"),
    path("n/<str:token>/", queue.number, name="number"),
    path("book/", booking_choosing.book, name="book"),
    path("b/<str:token>/", booking.booking, name="booking"),
    path("b/<str:token>/move/", booking.move, name="booking_move"),
    path("b/<str:token>/calendar.ics", booking.calendar, name="booking_calendar"),
    path("v/<str:token>/", visits.visit, name="visit"),
    path("v/<str:token>/move/", visits.move, name="visit_move"),
    path("kiosk/", kiosk.start, name="kiosk"),
    path("kiosk/pair/", kiosk.pair, name="kiosk_pair"),
    path("kiosk/check-in/", kiosk.check_in, name="kiosk_check_in"),
    path("kiosk/appointment/", kiosk_appointment.appointment, name="kiosk_appointment"),
    path("kiosk/drop-off/", kiosk_asking.drop_off, name="kiosk_drop_off"),
    path("kiosk/progress/", kiosk_asking.progress, name="kiosk_progress"),
    path("kiosk/done/<str:token>/", kiosk_showing.finished, name="kiosk_done"),
    path("portal/", home.home, name="home"),
    path("portal/cases/", home.cases, name="cases"),
    path("portal/cases/<slug:number>/", case.case, name="case"),
    path("portal/cases/<slug:number>/files/<uuid:attachment_id>/", case.file, name="case_file"),
    path("portal/embed", embed.embed, name="embed"),
    path("portal/chat/", chat.chat, name="chat"),
    path("portal/manifest.webmanifest", install.manifest, name="manifest"),
    path("portal/worker.js", install.worker, name="worker"),
    path("portal/offline/", install.offline, name="offline"),
    path("portal/stores/", stores.stores, name="stores"),
    path("portal/me/", me.me, name="me"),
    path("portal/me/preferences/", preferences.prefer, name="prefer"),
    path("portal/me/data/", preferences.data, name="data"),
    path("portal/me/erase/", preferences.erase, name="erase"),
    path("portal/sign-in/", signing.enter, name="sign_in"),
    path("portal/sign-in/code/", signing.code, name="code"),
    path("portal/sign-out/", signing.leave, name="sign_out"),
    path("demo/shop/", demo_shop.shop, name="demo_shop"),
]
