"""The address of the weights."""

from django.urls import path

from renewals.health import views

app_name = "health"
urlpatterns = [path("", views.weights, name="weights")]
