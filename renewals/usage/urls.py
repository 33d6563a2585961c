"""Addresses of metrics."""

from django.urls import path

from renewals.usage import views

app_name = "usage"
urlpatterns = [
    path("products/<int:product_pk>/metrics/", views.metrics, name="metrics"),
    path("products/<int:product_pk>/metrics/new/", views.add_metric, name="metric_add"),
    path("products/<int:product_pk>/metrics/<int:pk>/", views.edit_metric, name="metric_edit"),
]
