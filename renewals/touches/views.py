"""The mails that the local mail server kept, for whoever tries the portal out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.access import StaffRequest
from accounts.models import Contract, User
from renewals.touches import kept
from renewals.touches.kept import Mail
from renewals.touches.models import Delivery

PER_PAGE = 50


def folder_or_404() -> Path:
    """Where the mails are; a portal that sends them to a real server keeps none."""
    if not settings.CSPORTAL_MAIL_DIR:
        raise Http404(_("Mails go to a real mail server here; none are kept."))
    return Path(settings.CSPORTAL_MAIL_DIR)


def readable(mails: Sequence[Mail], user: User) -> list[Mail]:
    """Those of these mails that `user` may read: about contracts they may see, and those to them alone.

    A mail opens a renewal page or sets a password: whoever reads another's can act in their name.
    """
    ids = {mail: delivery_id for mail in mails if (delivery_id := delivery_id_of(mail))}
    contracts = Contract.objects.visible_to(user)
    seen = set(Delivery.objects.filter(pk__in=ids.values(), touch__contract__in=contracts).values_list("pk", flat=True))
    return [mail for mail in mails if (ids[mail] in seen if mail in ids else mail.recipients == (user.email,))]


def delivery_id_of(mail: Mail) -> UUID | None:
    """The delivery that a mail carries out; None for a mail that is about no contract."""
    try:
        return UUID(mail.message_id.strip("<> ").partition("@")[0])
    except ValueError:
        return None


@require_safe
@login_required
def mails(request: StaffRequest) -> HttpResponse:
    """The kept mails, the newest first."""
    folder = folder_or_404()
    page = Paginator(kept.names(folder), PER_PAGE).get_page(request.GET.get("page"))
    found = [mail for name in page if (mail := kept.read(folder, name))]
    return render(request, "mail/mails.html", {"mails": readable(found, request.user), "page": page})


@require_safe
@login_required
def mail(request: StaffRequest, name: str) -> HttpResponse:
    """One kept mail, as plain text."""
    found = kept.read(folder_or_404(), name)
    if found is None or not readable([found], request.user):
        raise Http404(_("No such mail was kept."))
    return render(request, "mail/mail.html", {"mail": found})
