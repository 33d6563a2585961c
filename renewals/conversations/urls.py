"""Addresses of conversations and promises."""

from django.urls import path

from renewals.conversations import views

app_name = "conversations"
urlpatterns = [
    path("customers/<int:pk>/talk/", views.with_customer, name="with_customer"),
    path("contract/talk/<int:pk>/", views.about_contract, name="about_contract"),
    path("promises/<int:pk>/settle/", views.settle, name="settle"),
]
