"""Signals of use, without anybody's name, what their metrics are called, and the files that bring them."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Contract, Product, User
from renewals.usage.words import Adds, Words


class UsageSignal(models.Model):
    """`metric` is the product's own word, such as reports; `who` is a keyed hash of its user id, or nothing.

    `line` is what makes a line of a file the same line whenever it comes again; signals of the API have none.
    """

    contract = models.ForeignKey(Contract, models.CASCADE, related_name="usage", verbose_name=_("contract"))
    at = models.DateTimeField(_("at"))
    metric = models.CharField(_("metric"), max_length=60)
    value = models.FloatField(_("value"))
    who = models.CharField(max_length=32, blank=True, editable=False)
    received_at = models.DateTimeField(_("received at"))
    line = models.UUIDField(null=True, editable=False)

    class Meta:
        verbose_name = _("usage signal")
        verbose_name_plural = _("usage signals")
        constraints = (
            models.UniqueConstraint(
                fields=("line",), condition=Q(line__isnull=False), name="usage_line_of_a_file_once"
            ),
        )
        indexes = (models.Index(fields=("contract", "at"), name="usage_contract_at"),)

    def __str__(self) -> str:
        return f"{self.contract_id} {self.metric} {self.value:g}"


class Metric(models.Model):
    """What a product's word means: how it is called in a sentence, how it adds up, what it is for."""

    class Adds(models.TextChoices):
        UP = "up", _("adds up: so many in all")
        LEVEL = "level", _("a level: the highest counts")
        PEOPLE = "people", _("people: each user once")

    product = models.ForeignKey(Product, models.CASCADE, related_name="metrics", verbose_name=_("product"))
    code = models.CharField(_("the product’s word"), max_length=60)
    one_en = models.CharField(_("one, in English"), max_length=60, help_text=_("Such as “report”."))
    many_en = models.CharField(_("many, in English"), max_length=60, help_text=_("Such as “reports”."))
    zh = models.CharField(
        _("in Chinese"), max_length=60, help_text=_("With its measure word, as it stands after a number: 份报表.")
    )
    adds = models.CharField(_("how it counts"), max_length=8, choices=Adds, default=Adds.UP)
    is_shown = models.BooleanField(_("is shown"), default=True)
    is_support = models.BooleanField(
        _("is a request for support"), default=False, help_text=_("More of these is a worse sign, not a better one.")
    )
    changed_at = models.DateTimeField(_("changed at"))
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("changed by"))

    class Meta:
        ordering = ("product", "code")
        verbose_name = _("metric")
        verbose_name_plural = _("metrics")
        constraints = (
            models.UniqueConstraint(
                fields=("product", "code"),
                name="metric_once_a_product",
                violation_error_message=_("This product has that metric already."),
            ),
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(one_en="") & ~Q(many_en="") & ~Q(zh=""), name="metric_has_its_words"
            ),
        )

    def __str__(self) -> str:
        return self.code

    @property
    def words(self) -> Words:
        """The plain value that the pure functions of `words` take."""
        return Words(
            code=self.code,
            one_en=self.one_en,
            many_en=self.many_en,
            zh=self.zh,
            adds=Adds(self.adds),
            is_shown=self.is_shown,
            is_support=self.is_support,
        )


class UsageFileQuerySet(models.QuerySet["UsageFile"]):
    def visible_to(self, user: User) -> Self:
        """Files that `user` may see: their own; administrators see all."""
        return self if user.sees_everything else self.filter(uploaded_by=user)


class UsageFile(models.Model):
    """A file of signals on its way in: looked at, then taken. `lines` is what it said, each user as a keyed hash."""

    name = models.CharField(_("file name"), max_length=255)
    uploaded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("uploaded by"))
    uploaded_at = models.DateTimeField(_("uploaded at"))
    report = models.JSONField(_("report"), default=dict)
    lines = models.FileField(_("file"), upload_to="usage/%Y/%m/")
    refused = models.FileField(_("refused rows"), upload_to="usage/%Y/%m/", blank=True)
    taken_at = models.DateTimeField(_("taken at"), null=True)

    objects = UsageFileQuerySet.as_manager()

    class Meta:
        ordering = ("-uploaded_at", "-pk")
        verbose_name = _("file of signals")
        verbose_name_plural = _("files of signals")
        constraints = (
            models.CheckConstraint(
                condition=Q(taken_at=None) | Q(taken_at__gte=models.F("uploaded_at")), name="usage_file_taken_after_all"
            ),
        )

    def __str__(self) -> str:
        return self.name
