"""Addresses of the OpenFeature Remote Evaluation Protocol."""

from django.urls import path

from renewals.product import ofrep

app_name = "ofrep"
urlpatterns = [
    path("evaluate/flags", ofrep.all_flags, name="all_flags"),
    path("evaluate/flags/<str:key>", ofrep.one_flag, name="one_flag"),
]
