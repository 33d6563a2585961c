"""Addresses of the customer's page."""

from django.urls import path

from renewals.page import ordering, views

app_name = "page"

urlpatterns = [
    path("<str:token>/", views.renewal, name="renewal"),
    path("<str:token>/order", ordering.order, name="order"),
    path("<str:token>/confirmation.pdf", ordering.confirmation, name="confirmation"),
    path("<str:token>/call", views.call, name="call"),
    path("<str:token>/more", views.more_time, name="more_time"),
    path("<str:token>/know", views.know, name="know"),
    path("<str:token>/code", views.code, name="code"),
    path("<str:token>/again", views.again, name="again"),
    path("<str:token>/proof", views.proof, name="proof"),
    path("<str:token>/opened", views.opened, name="opened"),
]
