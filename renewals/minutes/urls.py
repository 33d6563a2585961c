"""Addresses of the minutes in their order."""

from django.urls import path

from renewals.minutes import views

app_name = "minutes"
urlpatterns = [
    path("minutes/", views.minutes, name="minutes"),
    path("month/", views.month, name="month"),
]
