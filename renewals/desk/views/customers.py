"""The list of customers, and the page of one."""

from __future__ import annotations

from django.contrib.auth.decorators import login_required
from django.http import HttpResponseBase

from accounts.access import StaffRequest
from accounts.filters import CustomerFilter
from accounts.peaks import peaks_with_next
from accounts.views.lists import show_list
from renewals.conversations.reading import talks_with
from renewals.desk.export import CONTRACT_COLUMNS, CUSTOMER_COLUMNS
from renewals.desk.rows import customers_with_minutes, next_first, rows
from renewals.desk.tables import ContractsOfOneTable, CustomerTable
from renewals.desk.views.gates import customer_for


@login_required
def customers(request: StaffRequest) -> HttpResponseBase:
    """Every customer that the reader may see, with their next last minute."""
    found = CustomerFilter(request.GET, customers_with_minutes(request.user, now=request.now), request=request)
    table = CustomerTable(found.qs, now=request.now)
    return show_list(request, "customers/list.html", table, columns=CUSTOMER_COLUMNS, filter=found)


@login_required
def customer(request: StaffRequest, pk: int) -> HttpResponseBase:
    """One customer: their contracts, what was said last, the people there, when they work, and when that peaks."""
    found = customer_for(request, pk)
    clocks = next_first(rows(request.user, now=request.now), now=request.now).filter(contract__customer=found)
    table = ContractsOfOneTable(clocks, now=request.now, reader=request.user)
    context = {
        "customer": found,
        "contacts": found.contacts.all(),
        "peaks": peaks_with_next(found, now=request.now),
        "talks": talks_with(found, request.user, now=request.now),
    }
    return show_list(request, "customers/page.html", table, columns=CONTRACT_COLUMNS, **context)
