"""Ledgers that were uploaded, what was read in them, and mappings worth keeping."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.fields import validate_zone
from accounts.models.people import User


class DateOrder(models.TextChoices):
    """What 05/06/2026 begins with, where no date of a ledger proves it."""

    UNKNOWN = "", _("as the ledger shows")
    DAY_FIRST = "day-first", _("day first: 05/06 is 5 June")
    MONTH_FIRST = "month-first", _("month first: 05/06 is 6 May")


class LedgerQuerySet(models.QuerySet["LedgerImport"]):
    def visible_to(self, user: User) -> LedgerQuerySet:
        """Ledgers that `user` may see: their own; administrators see all."""
        return self if user.sees_everything else self.filter(uploaded_by=user)


class LedgerMapping(models.Model):
    """Which heading holds which field, under a name, so that next month's file needs no questions."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    columns = models.JSONField(_("columns"), default=dict, help_text=_("Field to heading."))
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_zone])
    republic_years = models.BooleanField(_("years of the Republic (民國)"), default=False)
    date_order = models.CharField(_("order of dates"), max_length=12, choices=DateOrder, blank=True)

    class Meta:
        ordering = ("name",)
        verbose_name = _("ledger mapping")
        verbose_name_plural = _("ledger mappings")

    def __str__(self) -> str:
        return self.name


class LedgerImport(models.Model):
    """One uploaded ledger on its way in: read, previewed, taken."""

    class Stage(models.TextChoices):
        READING = "reading", _("being read")
        PREVIEWED = "previewed", _("ready to take")
        TAKING = "taking", _("being taken")
        TAKEN = "taken", _("taken")
        FAILED = "failed", _("could not be read")

    file = models.FileField(_("file"), upload_to="ledgers/%Y/%m/")
    name = models.CharField(_("file name"), max_length=255)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="ledgers", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    columns = models.JSONField(_("columns"), default=dict)
    time_zone = models.CharField(_("time zone"), max_length=64, blank=True, validators=[validate_zone])
    republic_years = models.BooleanField(_("years of the Republic (民國)"), default=False)
    date_order = models.CharField(_("order of dates"), max_length=12, choices=DateOrder, blank=True)
    product = models.CharField(
        _("product"),
        max_length=200,
        blank=True,
        help_text=_("Of rows that name none, such as in a ledger of one product."),
    )
    stage = models.CharField(_("stage"), max_length=10, choices=Stage, default=Stage.READING)
    done = models.PositiveIntegerField(_("rows done"), default=0)
    total = models.PositiveIntegerField(_("rows in all"), default=0)
    report = models.JSONField(_("report"), default=dict)
    refused_file = models.FileField(_("refused rows"), upload_to="ledgers/%Y/%m/", blank=True)
    taken_at = models.DateTimeField(_("taken at"), null=True)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at",)
        verbose_name = _("ledger")
        verbose_name_plural = _("ledgers")

    def __str__(self) -> str:
        return self.name
