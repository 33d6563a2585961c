"""The list of contracts, and the page of one number."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render

from accounts.access import StaffRequest
from accounts.models import Customer
from accounts.views.lists import show_list
from renewals.desk.export import CONTRACT_COLUMNS
from renewals.desk.filters import ContractFilter
from renewals.desk.rows import next_first, rows, with_health
from renewals.desk.story import stories
from renewals.desk.tables import ContractTable


@login_required
def contracts(request: StaffRequest) -> HttpResponseBase:
    """Every contract that the reader may see, as the address narrows and sorts them."""
    found = with_health(next_first(rows(request.user, now=request.now), now=request.now))
    clocks = ContractFilter(request.GET, found, request=request)
    table = ContractTable(clocks.qs, now=request.now, reader=request.user)
    return show_list(request, "contracts/list.html", table, columns=CONTRACT_COLUMNS, filter=clocks)


@login_required
def contract(request: StaffRequest, number: str) -> HttpResponse:
    """All products of one number, each with its own minute."""
    found = stories(number, request.user, now=request.now) if "\0" not in number else []
    if not found:
        raise Http404
    customer = found[0].customer
    is_visible = Customer.objects.visible_to(request.user).filter(pk=customer.pk).exists()
    context = {"number": number, "stories": found, "customer": customer, "customer_is_visible": is_visible}
    return render(request, "contracts/page.html", context)
