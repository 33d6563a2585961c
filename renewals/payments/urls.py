"""Addresses of what is to be paid."""

from django.urls import path

from renewals.payments import views

app_name = "payments"
urlpatterns = [
    path("", views.unpaid, name="unpaid"),
    path("terms/", views.terms, name="terms"),
    path("<int:pk>/", views.agreement, name="agreement"),
    path("<int:pk>/paid/", views.mark, name="mark"),
    path("paid/<int:pk>/take-back/", views.undo, name="undo"),
]
