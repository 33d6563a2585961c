"""The portal's addresses with two more, to measure it beside: a constant, and one row by SQL text."""

from __future__ import annotations

from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import include, path

SQL = "SELECT id, number, kind, renews_itself, notice_days, declined_at FROM accounts_contract WHERE number = %s"


def constant(request: HttpRequest) -> JsonResponse:
    return JsonResponse({"allowed": True})


def one_row(request: HttpRequest, number: str) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute(SQL, [number])
        row = cursor.fetchone()
    return JsonResponse(dict(zip(("id", "number", "kind", "renews_itself", "notice_days", "declined_at"), row)))


urlpatterns = [
    path("bench/constant", constant),
    path("bench/row/<path:number>", one_row),
    path("", include("csportal.urls")),
]
