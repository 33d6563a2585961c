"""Addresses of what customers wrote back."""

from django.urls import path

from renewals.answers import views

app_name = "answers"
urlpatterns = [
    path("answers/", views.answers, name="answers"),
    path("answers/<int:pk>/", views.answer, name="answer"),
    path("answers/<int:pk>/read/", views.read, name="read"),
    path("answers/<int:pk>/file/", views.file, name="file"),
]
