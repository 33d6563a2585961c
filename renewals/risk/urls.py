"""Addresses of the renewals at risk."""

from django.urls import path

from renewals.risk import views

app_name = "risk"
urlpatterns = [
    path("", views.risks, name="risks"),
    path("rules/", views.rules, name="rules"),
    path("<int:pk>/plan/", views.plan, name="plan"),
]
