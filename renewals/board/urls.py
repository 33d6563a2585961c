"""Addresses of the pipeline's pages."""

from django.urls import path

from renewals.board import views

app_name = "board"
urlpatterns = [
    path("", views.pipeline, name="pipeline"),
    path("many/", views.many, name="many"),
    path("<int:pk>/", views.renewal, name="renewal"),
    path("<int:pk>/line/", views.line, name="line"),
]
