"""Addresses of the pipeline's pages."""

from django.urls import path

from renewals.board import arrange_views, board_views, views

app_name = "board"
urlpatterns = [
    path("", views.pipeline, name="pipeline"),
    path("many/", views.many, name="many"),
    path("<int:pk>/", views.renewal, name="renewal"),
    path("<int:pk>/line/", views.line, name="line"),
    # the board
    path("board/", board_views.show, name="board"),
    path("board/<int:pk>/", board_views.more, name="more"),
    path("<int:pk>/move/", board_views.move, name="move"),
    # how it is arranged
    path("arrange/", arrange_views.arrange, name="arrange"),
    path("rates/<int:pk>/remove/", arrange_views.remove_rate, name="remove_rate"),
    path("views/", arrange_views.save_view, name="save_view"),
    path("views/<int:pk>/remove/", arrange_views.remove_view, name="remove_view"),
]
