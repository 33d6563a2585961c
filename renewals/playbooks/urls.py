"""Addresses of playbooks."""

from django.urls import path

from renewals.playbooks import views

app_name = "playbooks"
urlpatterns = [
    path("", views.playbooks, name="playbooks"),
    path("add/", views.add, name="add"),
    path("<int:pk>/", views.playbook, name="playbook"),
    path("<int:pk>/change/", views.change, name="change"),
    path("<int:pk>/move-all/", views.move_all, name="move_all"),
    path("<int:pk>/delete/", views.delete, name="delete"),
]
