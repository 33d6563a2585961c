"""What the page of conventions shows above its list: totals, and “what if” beside what is."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import QueryDict

from accounts.access import StaffRequest
from accounts.models import Product
from renewals.gaps import words
from renewals.gaps.filters import PromiseFilter
from renewals.gaps.forms import WhatIfForm
from renewals.gaps.simulating import Conventions, Total, conventions, promises, simulated, totals
from renewals.locking.models import ClockQuerySet


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One product's convention, and what it takes from the contracts that are shown."""

    total: Total
    convention: str
    share: int
    """Of the most that any of these products takes, in per cent: the length of its bar."""

    @property
    def says(self) -> str:
        return words.takes(self.total)

    @property
    def minutes(self) -> str:
        return words.minutes(self.total.taken) if self.total.hit else "–"

    @property
    def bar_begins(self) -> int:
        """Its bar grows from the right, under its number."""
        return 100 - self.share


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """Everything about conventions that one address asks for."""

    filter: PromiseFilter
    whatif: WhatIfForm
    conventions: Conventions
    rows: ClockQuerySet
    lines: list[Line]
    total: Total
    before: Total | None
    """What the product's present convention takes, where another one is asked about."""

    @property
    def headline(self) -> str:
        """All of it in one line."""
        return words.headline(self.total)

    @property
    def change(self) -> str:
        """From what to what the convention that is asked about would lead."""
        return words.change(self.before, self.total) if self.before else ""


def audit(request: StaffRequest) -> Audit:
    """The present conventions, or for one product the one that is asked about, held against every promise."""
    base = promises(request.user, now=request.now)
    scope = PromiseFilter(without(request.GET, "taken"), base, request=request)
    product = scope.form.cleaned_data.get("product") if scope.form.is_valid() else None
    whatif = WhatIfForm(request.GET, product=product)
    now = conventions()
    asked = now | {product.pk: whatif.convention} if product and whatif.asks else now
    held = simulated(scope.qs, asked)
    found = PromiseFilter(request.GET, held, request=request)
    by_product = totals(held)
    return Audit(
        filter=found,
        whatif=whatif,
        conventions=asked,
        rows=found.qs.order_by("-taken", "ends_at", "pk"),
        lines=lines(by_product, asked),
        total=all_in_all(by_product),
        before=all_in_all(totals(simulated(scope.qs, now))) if asked is not now else None,
    )


def without(query: QueryDict, name: str) -> QueryDict:
    """The query without one of its fields: totals are not narrowed by what they count."""
    rest = query.copy()
    rest.pop(name, None)
    return rest


def lines(by_product: list[Total], asked: Conventions) -> list[Line]:
    """One line for each product that locks on its own, what takes most first; one that is asked for stands alone."""
    most = max((total.minutes for total in by_product), default=0)
    return [
        Line(
            total=total,
            convention=words.convention(asked.get(total.product)),
            share=round(100 * total.minutes / most) if most else 0,
        )
        for total in by_product
        if asked.get(total.product) is not None or len(by_product) == 1
    ]


def all_in_all(by_product: list[Total]) -> Total:
    """The products' totals in one."""
    hit = [total for total in by_product if total.hit]
    return replace(
        Total(product=0),
        contracts=sum(total.contracts for total in by_product),
        hit=sum(total.hit for total in hit),
        taken=sum((total.taken for total in hit), Total(product=0).taken),
        least=min((total.least for total in hit), default=Total(product=0).least),
        most=max((total.most for total in hit), default=Total(product=0).most),
    )


def keep(product: Product, form: WhatIfForm) -> None:
    """Take the convention asked about over as the product's own."""
    for name, value in form.as_product.items():
        setattr(product, name, value)
    product.full_clean()
    product.save(update_fields=list(form.as_product))
