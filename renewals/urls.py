"""Addresses of everything around the last minute, room by room."""

from django.urls import include, path

urlpatterns = [
    path("ofrep/v1/", include("renewals.product.ofrep_urls")),
    path("embed/v1/", include("renewals.product.embed_urls")),
    path("demo/product/", include("renewals.product.demo_urls")),
    path("r/", include("renewals.page.urls")),
    path("callbacks/", include("renewals.callbacks.urls")),
    path("mail/", include("renewals.touches.urls")),
    path("", include("renewals.answers.urls")),
    path("hooks/mail/", include("renewals.answers.hook_urls")),
    path("playbook-effect/", include("renewals.effect.urls")),
    path("playbooks/", include("renewals.playbooks.urls")),
    path("pipeline/", include("renewals.minutes.urls")),
    path("pipeline/", include("renewals.board.urls")),
    path("forecast/", include("renewals.forecast.urls")),
    path("last-mile/", include("renewals.lastmile.urls")),
    path("risk/", include("renewals.risk.urls")),
    path("payments/", include("renewals.payments.hook_urls")),
    path("unpaid/", include("renewals.payments.urls")),
    path("gaps/", include("renewals.gaps.urls")),
    path("weekly/", include("renewals.weekly.urls")),
    path("", include("renewals.letters.urls")),
    path("", include("renewals.diary.urls")),
    path("health/", include("renewals.health.urls")),
    path("", include("renewals.usage.urls")),
    path("", include("renewals.conversations.urls")),
    path("", include("renewals.desk.urls")),
]
