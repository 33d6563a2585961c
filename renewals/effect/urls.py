"""Addresses of the playbooks' effect."""

from django.urls import path

from renewals.effect import views

app_name = "effect"
urlpatterns = [
    path("", views.effect, name="effect"),
    path("rows/", views.rows, name="rows"),
]
