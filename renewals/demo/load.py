"""Loads the demo data, and takes it away again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from django.contrib.auth.hashers import make_password
from django.db import connection, transaction

from accounts import wording
from accounts.models import Contact, Contract, Customer, Price, Product, Team, User
from accounts.models.customers import name_key
from accounts.peaks import note_peak
from accounts.services import default_calendar
from accounts.terms import first_instant
from accounts.worktime import WorkingHours, next_working_moment
from renewals.callbacks.models import Endpoint
from renewals.demo import aims, deals, plans
from renewals.demo.calls import URL, called
from renewals.demo.cast import CHEN, COLLEAGUES, COMPANIES, PRODUCTS, Company
from renewals.demo.every import STORIES
from renewals.demo.letters import write_letters
from renewals.demo.offers import offered
from renewals.demo.paid import paid
from renewals.demo.past import live
from renewals.demo.script import DAY, Life, Present
from renewals.demo.using import name_metrics, used
from renewals.entitlement import BUFFER
from renewals.forecast.models import Target
from renewals.health.models import Round
from renewals.pipeline.models import Opening
from renewals.playbooks.models import Watch

PASSWORD = "demo-portal-1"  # noqa: S105 - it is printed by `make run`
ADMIN, MANAGER = "admin@demo.test", "manager@demo.test"
SATURDAY = 5
KEYS = frozenset(name_key(company.name) for company in COMPANIES)
NUMBERS = frozenset(story.number for story in STORIES)


class SomethingElseIsHere(Exception):
    """The database holds customers or contracts that are not the demo data's: they are left alone."""


@transaction.atomic
def load(*, now: datetime) -> int:
    """The demo people, products, customers and contracts, with the past that they would have by `now`; how many
    contracts. Raises `SomethingElseIsHere` unless there is no customer yet.
    """
    if Customer.objects.exists():
        raise SomethingElseIsHere
    Opening.objects.all().delete()
    Watch.objects.all().delete()  # the demo's past is lived through from its beginning
    colleagues, products = make_colleagues(), make_products()
    customers = {company.name: make_customer(company, colleagues, present=Present(now)) for company in COMPANIES}
    lives = [
        Life(
            story=story,
            product=products[story.product],
            colleagues=colleagues,
            people=customers[story.company],
            hours=customers[story.company][0].customer.calendar.hours(),
            present=Present(now),
        )
        for story in STORIES
    ]
    plans.make_playbooks(by=colleagues[MANAGER], now=now - 800 * DAY)
    bouncing = frozenset(person.email for company in COMPANIES for person in company.people if person.bounces)
    live(lives, bouncing=bouncing, now=now)
    name_metrics(products, now=now)
    used(lives, now=now)
    paid(now=now)
    plans.call_about_value(by=colleagues[MANAGER], now=now - DAY)
    called(by=colleagues[ADMIN], now=now)
    deals.tell(manager=colleagues[MANAGER], now=now)
    offered(products, manager=colleagues[MANAGER], now=now)
    aims.aim(admin=colleagues[ADMIN], now=now)
    write_letters(colleagues, now=now)
    return len(lives)


@transaction.atomic
def unload() -> None:
    """Take the demo customers and their contracts away; people, products and calendars stay.

    Raises `SomethingElseIsHere` when there is any other: while the demo's past is lived through, nothing real may
    be there to be touched.
    """
    others = Customer.objects.exclude(key__in=KEYS).exists() or Contract.objects.exclude(number__in=NUMBERS).exists()
    if others:
        raise SomethingElseIsHere
    forget_agreements()
    Contract.objects.all().delete()
    Price.objects.filter(entered_by__email=MANAGER).delete()  # past renewals cost what they had cost
    Customer.objects.all().delete()
    Endpoint.objects.filter(url=URL).delete()
    Round.objects.all().delete()
    Target.objects.all().delete()


def forget_agreements() -> None:
    """What was signed cannot be deleted, by design: the demo's, which nobody signed, go with their whole tables."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")  # what waits for the end of the transaction forbids a TRUNCATE
        cursor.execute("TRUNCATE renewals_paid, renewals_payment, renewals_orderfile, renewals_agreement")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def make_colleagues() -> Mapping[str, User]:
    """The vendor's people, by address; all with the one password that everybody knows."""
    password = make_password(PASSWORD)
    return {
        one.email: User.objects.update_or_create(
            email=one.email,
            defaults={
                "name": one.name,
                "role": one.role,
                "is_superuser": one.role == User.Role.ADMIN,
                "team": Team.objects.get_or_create(name=one.team)[0],
                "time_zone": one.zone,
                "language": one.language,
                "phone": one.phone,
                "calendar": default_calendar(one.country),
                "password": password,
                "is_active": True,
            },
        )[0]
        for one in COLLEAGUES
    }


def make_products() -> Mapping[str, Product]:
    """What the vendor sells, by code."""
    return {
        code: Product.objects.update_or_create(
            code=code, defaults={"name": name, "lock_convention": convention, "lock_zone": zone}
        )[0]
        for code, name, convention, zone in PRODUCTS
    }


def make_customer(company: Company, colleagues: Mapping[str, User], *, present: Present) -> list[Contact]:
    """A customer with their rhythm; the people there, the one who decides first."""
    calendar = default_calendar(company.country)
    if company.country == "NP" and calendar.weekend is None:
        calendar.weekend = [SATURDAY]
        calendar.save(update_fields=["weekend"])
    customer = Customer.objects.create(
        name=company.name,
        time_zone=company.zone,
        country=company.country,
        calendar=calendar,
        language=company.language,
        owner=colleagues[company.owner] if company.owner else None,
        note=company.note,
        segment=company.segment,
    )
    make_peaks(customer, company, colleagues[company.owner or CHEN], present=present)
    return [
        Contact.objects.create(
            customer=customer,
            name=person.name,
            salutation=person.salutation,
            email=person.email,
            phone=person.phone,
            role=person.role,
            channel=person.channel,
            time_zone=person.zone,
            language=person.language,
        )
        for person in company.people
    ]


def make_peaks(customer: Customer, company: Company, colleague: User, *, present: Present) -> None:
    """When their own work peaks, as who looks after them noted it."""
    for busy in company.peaks:
        said = {name: getattr(busy, name) for name in ("name", "kind", "day", "count", "working")}
        if busy.around is not None:
            said |= around(present.today(company.zone) + busy.around * DAY, company.zone, customer.calendar.hours())
        note_peak(customer, by=colleague, now=present.now, **said)


def around(last_day: date, zone: str, hours: WorkingHours) -> dict[str, date]:
    """From two days before a last day until the day after the lock that follows from it."""
    lock_at = next_working_moment(first_instant(last_day + DAY, zone) + BUFFER, zone, hours)
    return {"begins_on": last_day - 2 * DAY, "ends_on": wording.local(lock_at, zone).date() + DAY}
