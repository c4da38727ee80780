"""Addresses of bookings."""

from django.urls import path

from zhoudao.doors.desk.bookings import absences, figures, making, misfits, page, setup, unwritten

urlpatterns = [
    path("desk/bookings/", page.day, name="bookings"),
    path("desk/bookings/new/", making.make, name="booking_new"),
    path("desk/bookings/figures/", figures.figures, name="booking_figures"),
    path("desk/bookings/behind/", figures.numbers, name="booking_numbers"),
    path("desk/bookings/misfits/", misfits.misfits, name="booking_misfits"),
    path("desk/bookings/unwritten/", unwritten.unwritten, name="booking_unwritten"),
    path("desk/bookings/away/", absences.away, name="booking_away"),
    path("desk/bookings/<uuid:booking_id>/", page.booking, name="booking"),
    path("desk/bookings/<uuid:booking_id>/act/", page.act, name="booking_act"),
    path("desk/bookings/<uuid:booking_id>/move/", making.move, name="booking_move"),
    path("desk/cases/<str:number>/bookings/", page.of_case, name="bookings_of_case"),
    path("desk/customers/<uuid:customer_id>/bookings/", page.of_customer, name="bookings_of_customer"),
    path("desk/settings/bookings/", setup.services, name="settings_bookings"),
    path("desk/settings/bookings/new/", setup.service, name="settings_booking_new"),
    path("desk/settings/bookings/<uuid:service_id>/", setup.service, name="settings_booking"),
    path("desk/settings/bookings/reminders/", setup.reminders, name="settings_booking_reminders"),
    path("desk/settings/bookings/places/", setup.places, name="settings_booking_places"),
]
