"""Addresses of the last mile."""

from django.urls import path

from renewals.lastmile import views

app_name = "lastmile"
urlpatterns = [
    path("", views.lastmile, name="lastmile"),
    path("rows/", views.rows, name="rows"),
]
