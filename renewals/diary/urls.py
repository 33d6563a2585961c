"""Addresses of the calendar feed, and of the page where it and the morning mail are set up."""

from django.urls import path

from renewals.diary import views

app_name = "diary"
urlpatterns = [
    path("calendar.ics", views.calendar, name="calendar"),
    path("calendar/", views.page, name="page"),
    path("calendar/make/", views.make, name="make"),
    path("calendar/revoke/", views.revoke, name="revoke"),
    path("calendar/mornings/", views.mornings, name="mornings"),
    path("calendar/morning/", views.morning, name="morning"),
]
