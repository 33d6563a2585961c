"""Money of several currencies in one: by dated rates, the last one until a day (rates are entered or imported)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Count, ExpressionWrapper, F, Sum, Value, When
from django.db.models.fields import DecimalField

from accounts.models import User
from renewals.health.services import today_here
from renewals.pipeline.models import ExchangeRate, Renewal
from renewals.pipeline.models.renewals import RenewalQuerySet

CENT = Decimal("0.01")


def home() -> str:
    """The currency in which money is added up."""
    return str(settings.CSPORTAL_HOME_CURRENCY)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rates:
    """The rates that count on a day, by currency; the home currency's is 1."""

    on: date
    by_currency: Mapping[str, ExchangeRate]

    def into_home(self, amount: Decimal | None, currency: str) -> Decimal | None:
        """An amount in the home currency, to the cent; None where there is no amount, or no rate for it yet."""
        if amount is None:
            return None
        if currency == home():
            return amount
        rate = self.by_currency.get(currency)
        return (amount * rate.rate).quantize(CENT) if rate else None

    def out_of_home(self, amount: Decimal, currency: str) -> Decimal | None:
        """An amount of the home currency in another one; None where there is no rate."""
        if currency == home():
            return amount
        rate = self.by_currency.get(currency)
        return amount / rate.rate if rate else None


def rates_on(day: date) -> Rates:
    """For each currency the last rate until a day, inclusive. One query."""
    found = ExchangeRate.objects.filter(home=home(), on__lte=day).order_by("currency", "-on").distinct("currency")
    return Rates(on=day, by_currency={rate.currency: rate for rate in found})


def rates_now(*, now: datetime) -> Rates:
    """The rates that count today, on the portal's own calendar."""
    return rates_on(today_here(now))


def in_home(amount: str, currency: str, rates: Rates) -> Case:
    """An amount in the home currency; NULL where there is no amount, or no rate for it."""
    return Case(
        When(**{currency: home()}, then=F(amount)),
        *(
            When(**{currency: code}, then=F(amount) * Value(rate.rate))
            for code, rate in sorted(rates.by_currency.items())
        ),
        default=Value(None),
        output_field=DecimalField(max_digits=30, decimal_places=10),
    )


@transaction.atomic
def enter_rates(rates: Iterable[tuple[str, date, Decimal]], *, by: User, now: datetime) -> int:
    """Put rates on record: currency, from which day on, how much of the home currency one unit is; how many.

    A second one for a day takes the place of the first. Raises `ValidationError` for what is no currency or rate.
    """
    rows = [
        ExchangeRate(currency=currency, home=home(), on=on, rate=rate, entered_at=now, entered_by=by)
        for currency, on, rate in rates
    ]
    for row in rows:
        row.clean_fields()
    unique = {(row.currency, row.on): row for row in rows}
    ExchangeRate.objects.bulk_create(
        unique.values(),
        update_conflicts=True,
        unique_fields=["home", "currency", "on"],
        update_fields=["rate", "entered_at", "entered_by"],
    )
    return len(unique)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sums:
    """Renewals of one currency: how many, what is expected, and that weighed by its probability."""

    currency: str
    count: int
    expected: Decimal
    weighted: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Renewals added up: by currency, and in the home currency at the rates of a day."""

    rates: Rates
    by_currency: list[Sums] = field(default_factory=list)

    @property
    def count(self) -> int:
        """All of them, those without an amount too."""
        return sum(one.count for one in self.by_currency)

    @property
    def priced(self) -> list[Sums]:
        """By currency, those with one; what is worth most first."""
        return [one for one in self.by_currency if one.currency]

    @property
    def without_rate(self) -> list[str]:
        """The currencies that are not in the home currency's sum, because nobody entered a rate."""
        return [one.currency for one in self.priced if self.rates.into_home(one.expected, one.currency) is None]

    @property
    def expected(self) -> Decimal:
        """What is expected in all, in the home currency."""
        return sum((self.rates.into_home(one.expected, one.currency) or Decimal(0) for one in self.priced), Decimal(0))

    @property
    def weighted(self) -> Decimal:
        """The same weighed by probability."""
        return sum((self.rates.into_home(one.weighted, one.currency) or Decimal(0) for one in self.priced), Decimal(0))


def totals(renewals: RenewalQuerySet, *, now: datetime) -> Totals:
    """These renewals added up, in two queries."""
    rates = rates_now(now=now)
    weighed = ExpressionWrapper(F("amount") * F("probability"), output_field=DecimalField())
    rows = (
        renewals.order_by()
        .values("currency")
        .annotate(count=Count("pk"), expected=Sum("amount"), weighed=Sum(weighed))
        .values_list("currency", "count", "expected", "weighed")
    )
    found = [
        Sums(
            currency=currency,
            count=count,
            expected=expected or Decimal(0),
            weighted=((weighed or Decimal(0)) / 100).quantize(CENT),
        )
        for currency, count, expected, weighed in rows
    ]
    found.sort(key=lambda one: rates.into_home(one.expected, one.currency) or Decimal(-1), reverse=True)
    return Totals(rates=rates, by_currency=found)


def expected_in_home(renewal: Renewal, rates: Rates) -> Decimal | None:
    """One renewal's expected amount in the home currency."""
    return rates.into_home(renewal.amount, renewal.currency)
