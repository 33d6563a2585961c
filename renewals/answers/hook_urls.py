"""Addresses that the mail provider calls. Its secret goes along as user name and password."""

from django.urls import path

from renewals.answers import hooks

app_name = "mail_hooks"
urlpatterns = [
    path("reports/", hooks.reports, name="reports"),
    path("answers/", hooks.answers, name="answers"),
]
