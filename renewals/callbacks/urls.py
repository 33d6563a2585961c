"""Addresses of the callbacks' pages."""

from django.urls import path

from renewals.callbacks import views

app_name = "callbacks"
urlpatterns = [
    path("", views.all_endpoints, name="endpoints"),
    path("new/", views.add, name="add"),
    path("<int:pk>/", views.endpoint, name="endpoint"),
    path("<int:pk>/edit/", views.edit, name="edit"),
    path("<int:pk>/secret/", views.rotate, name="rotate"),
    path("<int:pk>/delete/", views.remove, name="remove"),
    path("<int:pk>/pause/", views.pause, name="pause"),
    path("<int:pk>/go-on/", views.go_on, name="go_on"),
    path("<int:pk>/test/", views.test, name="test"),
    path("calls/<uuid:uid>/", views.call, name="call"),
    path("calls/<uuid:uid>/again/", views.again, name="again"),
]
