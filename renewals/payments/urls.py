"""Addresses of what is to be paid."""

from django.urls import path

from renewals.payments import views

app_name = "payments"
urlpatterns = [
    path("terms/", views.terms, name="terms"),
]
