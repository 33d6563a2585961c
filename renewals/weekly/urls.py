"""Addresses of the weekly review."""

from django.urls import path

from renewals.weekly import views

app_name = "weekly"
urlpatterns = [
    path("", views.weekly, name="weekly"),
    path("rows/", views.rows, name="rows"),
    path("paper.pdf", views.paper, name="paper"),
]
