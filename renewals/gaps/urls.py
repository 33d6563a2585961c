"""Addresses of the gap audit."""

from django.urls import path

from renewals.gaps import views

app_name = "gaps"
urlpatterns = [
    path("", views.gaps, name="gaps"),
    path("convention/", views.keep_convention, name="keep_convention"),
    path("observed/", views.observed_locks, name="observed"),
    path("observed/<int:pk>/give-back/", views.give_back, name="give_back"),
    path("observed/give-back/", views.give_back_all, name="give_back_all"),
]
