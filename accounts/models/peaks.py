"""When a customer's own work peaks, as somebody at the vendor's noted it (rule 18)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Self

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts import rhythm
from accounts.models.customers import Customer
from accounts.models.people import User

DAY_OF_MONTH, DAYS_BEFORE, LAST_DAYS, OF_QUARTER = (1, 31), (0, 27), (1, 27), (1, 60)
"""What a number of each kind may be, from and to."""
LESS_THAN = timedelta(days=365)
"""What comes each year is over before it comes again."""


class PeakQuerySet(models.QuerySet["Peak"]):
    def standing(self) -> Self:
        """Peaks that nobody has removed."""
        return self.filter(removed_at=None)

    def visible_to(self, user: User) -> Self:
        """Those of customers that `user` may see."""
        return self.filter(customer__in=Customer.objects.visible_to(user))


def says(*kinds: str, **needs: tuple[int, int] | None) -> Q:
    """That a peak of these kinds has the columns it needs, numbers within their limits, and no other."""
    others = {"day", "to_day", "count", "weekdays", "begins_on", "ends_on"} - needs.keys()
    found = Q(kind__in=kinds, **{f"{column}__isnull": column in others for column in (*others, *needs)})
    for column, limits in needs.items():
        if limits is not None:
            found &= Q(**{f"{column}__gte": limits[0], f"{column}__lte": limits[1]})
    return found


SAYS_WHEN = (
    says("month_end", count=LAST_DAYS)
    | says("due", day=DAY_OF_MONTH, count=DAYS_BEFORE)
    | says("month_days", day=DAY_OF_MONTH, to_day=DAY_OF_MONTH)
    | says("weekly", weekdays=None)
    | says("quarter_start", "quarter_end", count=OF_QUARTER)
    | says("yearly", "once", begins_on=None, ends_on=None)
)


class Peak(models.Model):
    """When a customer's own work peaks. A row is never edited: what is changed is removed, and noted anew."""

    class Kind(models.TextChoices):
        MONTH_END = "month_end", _("at the end of each month")
        DUE = "due", _("before something that is due each month")
        MONTH_DAYS = "month_days", _("on days of each month")
        WEEKLY = "weekly", _("on days of each week")
        QUARTER_START = "quarter_start", _("at the beginning of each quarter")
        QUARTER_END = "quarter_end", _("at the end of each quarter")
        YEARLY = "yearly", _("each year")
        ONCE = "once", _("once")

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="peaks", verbose_name=_("customer"))
    name = models.CharField(_("name"), max_length=60)
    note = models.CharField(_("note"), max_length=300, blank=True)
    kind = models.CharField(_("when"), max_length=20, choices=Kind)
    day = models.PositiveSmallIntegerField(_("day of the month"), null=True)
    to_day = models.PositiveSmallIntegerField(_("to day of the month"), null=True)
    count = models.PositiveSmallIntegerField(_("number of days"), null=True)
    working = models.BooleanField(_("counts working days"), default=False)
    weekdays = ArrayField(
        models.PositiveSmallIntegerField(validators=[MaxValueValidator(6)]),
        verbose_name=_("days of the week"),
        null=True,
        help_text=_("Monday is 0."),
    )
    begins_on = models.DateField(_("from"), null=True)
    ends_on = models.DateField(_("to"), null=True)
    noted_at = models.DateTimeField(_("noted at"))
    noted_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("noted by"))
    removed_at = models.DateTimeField(_("removed at"), null=True)
    removed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("removed by"))

    objects = PeakQuerySet.as_manager()

    class Meta:
        ordering = ("name", "pk")
        verbose_name = _("peak")
        verbose_name_plural = _("peaks")
        constraints = (
            models.CheckConstraint(condition=SAYS_WHEN, name="peak_says_when"),
            models.CheckConstraint(condition=Q(working=False) | Q(kind="month_end"), name="peak_counts_work_in_months"),
            models.CheckConstraint(condition=Q(begins_on=None) | Q(begins_on__lte=F("ends_on")), name="peak_in_order"),
            models.CheckConstraint(
                condition=~Q(kind="yearly") | Q(ends_on__lt=F("begins_on") + LESS_THAN),
                name="peak_of_a_year_is_short",
            ),
            models.CheckConstraint(
                # On all seven days nothing is a peak.
                condition=Q(weekdays=None)
                | Q(weekdays__len__gte=1, weekdays__len__lte=6, weekdays__contained_by=[0, 1, 2, 3, 4, 5, 6]),
                name="peak_is_on_some_days_of_the_week",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None, removed_by=None)
                | Q(removed_at__gte=F("noted_at"), removed_by__isnull=False),
                name="peak_is_removed_by_a_person",
            ),
        )
        indexes = (models.Index(fields=("customer",), name="peak_standing", condition=Q(removed_at=None)),)

    def __str__(self) -> str:
        return self.name

    @property
    def pattern(self) -> rhythm.Pattern:
        """The plain value that the pure functions of `rhythm` take."""
        return plain(self)


def plain(peak: Any) -> rhythm.Pattern:
    """A peak's columns as the pattern that they say: the database holds that a kind has those that it needs."""
    match Peak.Kind(peak.kind):
        case Peak.Kind.MONTH_END:
            return rhythm.MonthEnd(peak.count, working=peak.working)
        case Peak.Kind.DUE:
            return rhythm.Due(peak.day, before=peak.count)
        case Peak.Kind.MONTH_DAYS:
            return rhythm.MonthDays(peak.day, peak.to_day)
        case Peak.Kind.WEEKLY:
            return rhythm.Weekly(frozenset(peak.weekdays))
        case Peak.Kind.YEARLY:
            return rhythm.Yearly(peak.begins_on, peak.ends_on)
        case Peak.Kind.ONCE:
            return rhythm.Once(peak.begins_on, peak.ends_on)
        case kind:
            return rhythm.Quarterly(peak.count, at_end=kind == Peak.Kind.QUARTER_END)
