"""“What if a product locked otherwise?”: a convention from the address."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import zone_widget
from accounts.models import Product
from accounts.models.fields import validate_zone
from renewals.gaps.conventions import Convention

LOCKS = Product.LockConvention


class WhatIfForm(forms.Form):
    """Another convention for one product. Its fields belong to the filters' form, so that one address says it all."""

    locks = forms.ChoiceField(
        label=_("If it locked at"), required=False, choices=[("", _("what it locks at now")), *LOCKS.choices]
    )
    clock = forms.TimeField(
        label=_("Clock time"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    zone = forms.CharField(
        label=_("In the zone"), required=False, max_length=64, validators=[validate_zone], widget=zone_widget()
    )
    grace = forms.IntegerField(label=_("Hours it waits"), required=False, min_value=0, max_value=24 * 90)

    def __init__(self, *args: Any, product: Product | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.product = product
        for field in self.fields.values():
            chosen = isinstance(field.widget, forms.Select)
            field.widget.attrs |= {"form": "filters", "class": "form-select" if chosen else "form-control"}

    def clean(self) -> dict[str, Any]:
        """Whoever asks says of which product, and a clock time where one is needed."""
        said = super().clean() or {}
        if said.get("locks") and self.product is None:
            self.add_error("locks", _("Choose the product above first."))
        if said.get("locks") == LOCKS.LAST_DAY_AT and said.get("clock") is None and "clock" not in self.errors:
            self.add_error("clock", _("Say at which clock time it locks, such as 18:00."))
        return said

    @property
    def asks(self) -> bool:
        """Whether another convention is asked about, and it makes sense."""
        return self.is_valid() and bool(self.cleaned_data["locks"])

    @property
    def convention(self) -> Convention | None:
        """The convention asked about; None: when the portal says so."""
        said = self.cleaned_data
        if said["locks"] == LOCKS.AS_PROMISED:
            return None
        return Convention(
            days=1 if said["locks"] == LOCKS.LAST_DAY_ENDS else 0,
            clock=said["clock"] if said["locks"] == LOCKS.LAST_DAY_AT else time(),
            zone=said["zone"],
            grace=timedelta(hours=said["grace"] or 0),
        )

    @property
    def as_product(self) -> dict[str, object]:
        """The same as a product keeps it."""
        said = self.cleaned_data
        return {
            "lock_convention": said["locks"],
            "lock_clock": said["clock"] if said["locks"] == LOCKS.LAST_DAY_AT else None,
            "lock_zone": said["zone"],
            "lock_grace_hours": said["grace"] or 0,
        }
