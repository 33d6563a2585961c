"""Addresses that django-payments builds by their names."""

from django.urls import path, re_path

from renewals.payments import hooks

urlpatterns = [
    path("process/<uuid:token>/", hooks.one, name="process_payment"),
    re_path(r"^process/(?P<variant>[a-z-]+)/$", hooks.any_of_them, name="static_process_payment"),
]
