"""Calls at a fixed time, each one person's of ours, and the invitations to them (rules 13, 16 and 20)."""

from __future__ import annotations

from datetime import datetime
from typing import Self

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Contract, User
from accounts.models.fields import validate_zone
from renewals.touches.models import Sending, SendingQuerySet
from renewals.touches.models.sending import IS_OVER_WITH_AN_OUTCOME


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    def visible_to(self, user: User) -> Self:
        """Calls about contracts that `user` may see, and those that are theirs to make."""
        return self.filter(Q(contract__in=Contract.objects.visible_to(user)) | Q(user=user))

    def standing(self) -> Self:
        """Those that nobody has called off."""
        return self.filter(off_at=None)

    def known(self, *, at: datetime) -> Self:
        """Those that were to come as things stood at an instant, the next first: the twin of `to_come` for the past."""
        stood = (Q(off_at=None) | Q(off_at__gt=at)) & (Q(settled_at=None) | Q(settled_at__gt=at))
        return self.filter(stood, asked_at__lte=at, during__endswith__gt=at).order_by("during", "pk")

    def open(self) -> Self:
        """Those of which nobody has said yet what came of them, whether their time has come or not."""
        return self.standing().filter(outcome="")

    def to_come(self, *, at: datetime) -> Self:
        """Open ones that are not over at an instant, the next first."""
        return self.open().filter(during__endswith__gt=at).order_by("during", "pk")


class Appointment(models.Model):
    """A call that a customer asked for at a time that was offered: a touch of whoever is to make it.

    Two of one person never overlap: the database holds that. Booked it proves nothing; held, it does (rule 10).
    """

    class Outcome(models.TextChoices):
        HELD = "held", _("was held")
        MISSED = "missed", _("they could not be reached")

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="appointments", verbose_name=_("contract"))
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, related_name="appointments", verbose_name=_("with whom")
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="appointments", verbose_name=_("who calls"))
    owner = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text=_("Whose contract it was when the call was given to whoever makes it."),
    )
    during = DateTimeRangeField(_("from when until when"))
    time_zone = models.CharField(_("time zone"), max_length=64, validators=[validate_zone])
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    asked_at = models.DateTimeField(_("asked for at"))
    sequence = models.PositiveSmallIntegerField(default=0, help_text=_("How often it was changed."))
    off_at = models.DateTimeField(_("called off at"), null=True)
    outcome = models.CharField(_("outcome"), max_length=8, choices=Outcome, blank=True)
    note = models.CharField(_("note"), max_length=500, blank=True)
    settled_at = models.DateTimeField(_("settled at"), null=True)
    settled_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by"))

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        ordering = ("during", "pk")
        verbose_name = _("call at a fixed time")
        verbose_name_plural = _("calls at a fixed time")
        constraints = (
            ExclusionConstraint(
                name="appointments_of_a_person_never_overlap",
                expressions=(("user", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)),
                condition=Q(off_at=None),
            ),
            models.CheckConstraint(
                condition=Q(during__isempty=False, during__lower_inf=False, during__upper_inf=False),
                name="appointment_begins_and_ends",
            ),
            models.CheckConstraint(
                condition=Q(outcome="", settled_at=None, settled_by=None)
                | Q(outcome__in=["held", "missed"], settled_at__isnull=False, settled_by__isnull=False, off_at=None),
                name="appointment_is_settled_by_somebody",
            ),
        )
        indexes = (
            # Read by pages and the tick: what nobody has settled.
            models.Index(fields=("contract",), name="appointment_open", condition=Q(off_at=None, outcome="")),
        )

    def __str__(self) -> str:
        return f"{self.contract_id} {self.starts_at:%Y-%m-%dT%H:%MZ}"

    @property
    def starts_at(self) -> datetime:
        return self.during.lower

    @property
    def ends_at(self) -> datetime:
        return self.during.upper

    @property
    def asked_by(self) -> str:
        """Who asked for it, by name; the customer's where it was asked for inside the product."""
        return self.contact.name if self.contact else self.contract.customer.name

    @property
    def reached_at(self) -> str:
        """The number to call: the one that was given with the wish, else that of who asked."""
        return self.phone or (self.contact.phone if self.contact else "")


class Invitation(Sending):
    """One mail about a call, to one of the two who take part: that it is, or that it is off."""

    class Method(models.TextChoices):
        REQUEST = "REQUEST", _("invitation")
        CANCEL = "CANCEL", _("called off")

    appointment = models.ForeignKey(Appointment, models.CASCADE, related_name="invitations")
    sequence = models.PositiveSmallIntegerField()
    method = models.CharField(max_length=8, choices=Method)
    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="+", help_text=_("Empty: whoever asked for the call.")
    )
    recipient = models.CharField(_("recipient"), max_length=254)

    objects = SendingQuerySet.as_manager()

    class Meta(Sending.Meta):
        verbose_name = _("invitation to a call")
        verbose_name_plural = _("invitations to calls")
        constraints = (
            models.UniqueConstraint(
                fields=("appointment", "sequence", "recipient"), name="invitation_once_a_change_and_person"
            ),
            models.CheckConstraint(condition=Q(method__in=["REQUEST", "CANCEL"]), name="invitation_method_known"),
            models.CheckConstraint(condition=IS_OVER_WITH_AN_OUTCOME, name="invitation_is_over_with_an_outcome"),
        )
        indexes = (
            # Read by the tick and the workers: what still has to go out.
            models.Index(fields=("next_try_at",), name="invitation_due", condition=Q(over_at=None)),
        )

    def __str__(self) -> str:
        return f"{self.appointment_id} {self.method} → {self.recipient}"
