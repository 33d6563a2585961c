"""Addresses of the dialog in the vendor's product."""

from django.urls import path

from renewals.product import embedded

app_name = "embed"
urlpatterns = [
    path("soft-lock.js", embedded.script, name="script"),
    path("state", embedded.state, name="state"),
    path("more-time", embedded.more_time, name="more_time"),
]
