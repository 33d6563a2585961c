"""The language switch: remembered for a logged-in user, and in a cookie for everybody else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST
from django.views.i18n import set_language

from accounts.models import User


@require_POST
def choose(request: HttpRequest) -> HttpResponse:
    """Take the posted `language`, then go back to `next` (an address of this portal only)."""
    response = set_language(request)
    chosen = request.POST.get("language", "")
    if isinstance(request.user, User) and chosen in dict(User._meta.get_field("language").choices or ()):
        User.objects.filter(pk=request.user.pk).update(language=chosen)
    return response
