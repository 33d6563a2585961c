"""What customers wrote back, and who has read it."""

from __future__ import annotations

from typing import Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact, Contract, Customer, User
from renewals.touches.models import Delivery


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: User) -> Self:
        """Answers about contracts and from customers that `user` may see; whose nobody knows, managers and above."""
        if user.sees_everything:
            return self
        contracts = Q(contract__in=Contract.objects.visible_to(user))
        customers = Q(contract=None, customer__in=Customer.objects.visible_to(user))
        strangers = Q(customer=None) if user.role == User.Role.MANAGER else Q(pk__in=())
        return self.filter(contracts | customers | strangers)

    def real(self) -> Self:
        """Answers that a person wrote: a contact with the customer (rule 23). An absence note is none."""
        return self.filter(is_automatic=False)

    def unread(self) -> Self:
        """Answers that a person wrote and that nobody here has marked as read."""
        return self.real().filter(read_at=None)

    def unmatched(self) -> Self:
        """Answers of which nobody knows whose they are."""
        return self.filter(customer=None)


class Answer(models.Model):
    """One mail that came back to the portal. `text` is what was written; `history` the letters quoted under it."""

    message_id = models.CharField(max_length=250, unique=True, help_text=_("What makes it the same mail."))
    received_at = models.DateTimeField(_("received at"))
    recorded_at = models.DateTimeField(_("recorded at"))
    sender = models.CharField(_("from"), max_length=200)
    address = models.CharField(_("address"), max_length=254)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    history = models.TextField(_("what it quotes"), blank=True)
    attachments = ArrayField(models.CharField(max_length=200), verbose_name=_("attachments"), default=list, blank=True)
    is_automatic = models.BooleanField(_("written by a program"), default=False)
    delivery = models.ForeignKey(
        Delivery, models.SET_NULL, null=True, blank=True, related_name="answers", verbose_name=_("answers the letter")
    )
    contract = models.ForeignKey(
        Contract, models.CASCADE, null=True, blank=True, related_name="answers", verbose_name=_("contract")
    )
    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="answers", verbose_name=_("customer")
    )
    contact = models.ForeignKey(
        Contact, models.SET_NULL, null=True, blank=True, related_name="answers", verbose_name=_("contact")
    )
    read_at = models.DateTimeField(_("read at"), null=True, blank=True)
    read_by = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("read by")
    )

    objects = AnswerQuerySet.as_manager()

    class Meta:
        ordering = ("-received_at", "-pk")
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = (
            models.CheckConstraint(
                condition=Q(read_at=None, read_by=None) | Q(read_at__isnull=False, read_by__isnull=False),
                name="answer_read_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(contract=None) | Q(customer__isnull=False), name="answer_about_a_contract_is_a_customers"
            ),
        )
        indexes = (
            models.Index(fields=("-received_at",), name="answer_received"),
            # Read by the first page of each colleague: what nobody has read yet.
            models.Index(fields=("received_at",), name="answer_unread", condition=Q(read_at=None, is_automatic=False)),
        )

    def __str__(self) -> str:
        return f"{self.address} {self.received_at:%Y-%m-%dT%H:%MZ}"

    def get_absolute_url(self) -> str:
        return reverse("answers:answer", args=[self.pk])

    @property
    def who(self) -> str:
        """Who wrote it, as the portal knows them."""
        return self.contact.name if self.contact else self.sender
