"""Addresses of the forecast."""

from django.urls import path

from renewals.forecast import views

app_name = "forecast"
urlpatterns = [
    path("", views.forecast, name="forecast"),
    path("rows/", views.rows, name="rows"),
    path("targets/", views.targets, name="targets"),
]
