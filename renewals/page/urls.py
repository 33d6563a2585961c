"""Addresses of the customer's page."""

from django.urls import path

from renewals.page import calling, ordering, other_ways, passing_on, paying, views

app_name = "page"

urlpatterns = [
    path("<str:token>/", views.renewal, name="renewal"),
    path("<str:token>/order", ordering.order, name="order"),
    path("<str:token>/confirmation.pdf", ordering.confirmation, name="confirmation"),
    path("<str:token>/pay", paying.pay, name="pay"),
    path("<str:token>/pay/<int:pk>", paying.paying, name="paying"),
    path("<str:token>/call", calling.call, name="call"),
    path("<str:token>/call/off", calling.off, name="call_off"),
    path("<str:token>/call.ics", calling.entry, name="call_entry"),
    path("<str:token>/more", views.more_time, name="more_time"),
    path("<str:token>/know", views.know, name="know"),
    path("<str:token>/code", views.code, name="code"),
    path("<str:token>/pass", passing_on.passed_on, name="pass_on"),
    path("<str:token>/change", other_ways.change, name="change"),
    path("<str:token>/decline", other_ways.no, name="decline"),
    path("<str:token>/after-all", other_ways.after_all, name="undecline"),
    path("<str:token>/files", other_ways.files, name="files"),
    path("<str:token>/again", views.again, name="again"),
    path("<str:token>/proof", views.proof, name="proof"),
    path("<str:token>/opened", views.opened, name="opened"),
]
