"""Customers, the people there, and when they work."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date, time
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models.functions import Lower, Upper
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import validate_country, validate_zone
from accounts.models.owners import in_sight_of
from accounts.models.people import User
from accounts.worktime import MIDNIGHT, WorkingHours


def name_key(name: str) -> str:
    """What makes two spellings one customer: full width, case and spaces do not tell them apart."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


class WorkingCalendar(models.Model):
    """When somebody works: a country's weekends, holidays and make-up days, and the hours of a day (rule 9)."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[validate_country])
    subdivision = models.CharField(_("part of the country"), max_length=10, blank=True)
    opens = models.TimeField(_("opens"), default=time(9))
    closes = models.TimeField(_("closes"), default=time(18))
    weekend = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name=_("weekend"),
        null=True,
        blank=True,
        size=7,
        help_text=_("Days off each week, Monday is 0. Empty: the country's own."),
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("working calendar")
        verbose_name_plural = _("working calendars")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(opens__lt=models.F("closes")) | models.Q(closes=MIDNIGHT),
                name="calendar_opens_before_closing",
                violation_error_message=_("Opening comes before closing; 00:00 is the end of the day."),
            ),
            models.CheckConstraint(
                # A week without a working day would leave no moment for anything.
                condition=models.Q(weekend=None) | models.Q(weekend__len__lt=7),
                name="calendar_leaves_a_working_day",
                violation_error_message=_("A weekend leaves at least one day of the week."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    def hours(self) -> WorkingHours:
        """The plain value that the pure functions of `worktime` take. Reads `days`: prefetch them for lists."""
        return self.hours_with((day.on, day.is_working) for day in self.days.all())

    def hours_with(self, changed: Iterable[tuple[date, bool]]) -> WorkingHours:
        """The same, of `days` that were read already: whether somebody works on each."""
        return WorkingHours(
            country=self.country,
            subdivision=self.subdivision,
            opens=self.opens,
            closes=self.closes,
            weekend=None if self.weekend is None else frozenset(self.weekend),
            overrides=tuple(sorted(changed)),
        )


class CalendarDay(models.Model):
    """One day that differs from what the country's published calendar says."""

    calendar = models.ForeignKey(WorkingCalendar, models.CASCADE, related_name="days", verbose_name=_("calendar"))
    on = models.DateField(_("day"))
    is_working = models.BooleanField(_("is a working day"))
    note = models.CharField(_("note"), max_length=200, blank=True)

    class Meta:
        ordering = ("on",)
        verbose_name = _("changed day")
        verbose_name_plural = _("changed days")
        constraints = (models.UniqueConstraint(fields=("calendar", "on"), name="calendar_day_once"),)

    def __str__(self) -> str:
        return f"{self.on} {'+' if self.is_working else '−'}"


class CustomerQuerySet(models.QuerySet["Customer"]):
    def visible_to(self, user: User) -> CustomerQuerySet:
        """Customers that `user` may see: their team's, and those nobody owns yet; administrators see all."""
        if user.sees_everything:
            return self
        return self.filter(in_sight_of(user))

    def segments(self) -> models.QuerySet[Customer, str]:
        """The segments that are in use, each once, in order."""
        return self.exclude(segment="").order_by("segment").values_list("segment", flat=True).distinct()


class Customer(models.Model):
    """A company that bought something: where it is, when it works, which language it reads."""

    name = models.CharField(_("name"), max_length=200)
    key = models.CharField(max_length=200, unique=True, editable=False)
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[validate_country])
    calendar = models.ForeignKey(
        WorkingCalendar, models.PROTECT, related_name="customers", verbose_name=_("working calendar")
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, default="zh-hans")
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="customers", verbose_name=_("owner")
    )
    segment = models.CharField(
        _("segment"),
        max_length=40,
        blank=True,
        help_text=_("What kind of customer it is, such as Enterprise: who is alike is looked after alike."),
    )
    note = models.TextField(_("note"), blank=True)

    objects = CustomerQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        verbose_name = _("customer")
        verbose_name_plural = _("customers")
        indexes = (
            GinIndex(fields=("key",), name="customer_key_trgm", opclasses=("gin_trgm_ops",)),
            # The lists' choice of segments, and the customers of one.
            models.Index(fields=("segment",), name="customer_segment", condition=~models.Q(segment="")),
        )

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, update_fields: Iterable[str] | None = None, **kwargs: Any) -> None:
        self.key = name_key(self.name)
        if update_fields is not None and "name" in update_fields:
            update_fields = {*update_fields, "key"}
        super().save(*args, update_fields=update_fields, **kwargs)

    def clean(self) -> None:
        self.key = name_key(self.name)
        super().clean()


class Contact(models.Model):
    """A person at the customer, how to reach them, and when."""

    class Role(models.TextChoices):
        DECIDES = "decides", _("decides")
        USES = "uses", _("uses it")
        PAYS = "pays", _("pays")
        OTHER = "other", _("other")

    class Channel(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="contacts", verbose_name=_("customer"))
    name = models.CharField(_("name"), max_length=100)
    salutation = models.CharField(
        _("form of address"),
        max_length=60,
        blank=True,
        help_text=_("How a letter greets them, such as Ms Lin."),
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.USES)
    channel = models.CharField(_("prefers"), max_length=10, choices=Channel, default=Channel.EMAIL)
    time_zone = models.CharField(
        _("time zone"),
        max_length=64,
        blank=True,
        validators=[validate_zone],
        help_text=_("Empty: the customer's."),
    )
    language = models.CharField(_("language"), max_length=10, choices=settings.LANGUAGES, blank=True)
    gets_notices = models.BooleanField(_("is told about ends"), default=True)
    any_hour = models.BooleanField(_("may be written to at any hour"), default=False)
    may_sign = models.BooleanField(
        _("may sign for the company"),
        default=True,
        help_text=_("Who may not, passes the renewal page on to one who may."),
    )

    class Meta:
        ordering = ("name",)
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")
        # Read by whoever is written from an address: answers.matching and door.services.
        indexes = (models.Index(Upper("email"), name="contact_email"),)
        constraints = (
            models.UniqueConstraint(
                "customer",
                Lower("email"),
                condition=~models.Q(email=""),
                name="contact_email_once_a_customer",
                violation_error_message=_("There is a person with this e-mail address already."),
            ),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def greeting(self) -> str:
        return self.salutation or self.name

    @property
    def zone(self) -> str:
        """Their own zone where it differs, else the customer's."""
        return self.time_zone or self.customer.time_zone

    @property
    def reads(self) -> str:
        """The language they are written to in."""
        return self.language or self.customer.language
