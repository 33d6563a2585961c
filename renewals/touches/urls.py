"""Addresses of the kept mails."""

from django.urls import path

from renewals.touches import views

app_name = "mail"
urlpatterns = [
    path("", views.mails, name="mails"),
    path("<str:name>/", views.mail, name="mail"),
]
