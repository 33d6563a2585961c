"""Where letters are written, shown, approved and taken back."""

from django.urls import path

from renewals.letters import views

app_name = "letters"
urlpatterns = [
    path("letters/", views.letters, name="letters"),
    path("letters/first/<int:pk>/", views.see_first, name="see_first"),
    path("touch/<int:pk>/", views.write, name="write"),
    path("touch/<int:pk>/save/", views.save, name="save"),
    path("touch/<int:pk>/approve/", views.approve, name="approve"),
    path("touch/<int:pk>/ask/", views.ask, name="ask"),
    path("touch/<int:pk>/return/", views.give_back, name="give_back"),
    path("touch/<int:pk>/withdraw/", views.withdraw, name="withdraw"),
    path("touch/<int:pk>/help/", views.help_with, name="help"),
    path("touch/<int:pk>/draft/", views.draft, name="draft"),
]
