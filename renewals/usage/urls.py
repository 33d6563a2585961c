"""Addresses of files of signals, and of what their metrics are called."""

from django.urls import path

from renewals.usage import views

app_name = "usage"
urlpatterns = [
    path("usage/", views.files, name="files"),
    path("usage/<int:pk>/", views.file, name="file"),
    path("usage/<int:pk>/take/", views.take_file, name="take"),
    path("usage/<int:pk>/refused/", views.refused, name="refused"),
    path("products/<int:product_pk>/metrics/", views.metrics, name="metrics"),
    path("products/<int:product_pk>/metrics/new/", views.add_metric, name="metric_add"),
    path("products/<int:product_pk>/metrics/<int:pk>/", views.edit_metric, name="metric_edit"),
]
