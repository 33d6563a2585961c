"""Products, and when each really locks on its own."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from accounts.forms.fields import zone_widget
from accounts.models import Product, User


class ProductForm(forms.ModelForm):
    """A product; its code is how the vendor's systems name it."""

    class Meta:
        model = Product
        fields = ("name", "code", "lock_convention", "lock_clock", "lock_zone", "lock_grace_hours")
        widgets = {
            "lock_convention": forms.RadioSelect,
            "lock_clock": forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
            "lock_zone": zone_widget(),
        }

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """The code of a product that is in use is what the vendor's systems ask by: managers alone change it."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and user.role == User.Role.CSM:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("The vendor’s systems ask by it; a manager can change it.")
        self.fields["lock_grace_hours"].required = False

    def clean_lock_grace_hours(self) -> int:
        """Nothing typed is no hour."""
        return self.cleaned_data["lock_grace_hours"] or 0

    def clean(self) -> dict[str, Any]:
        """A clock time where one is needed; the error stands beside its field."""
        said = super().clean() or {}
        at_a_clock_time = said.get("lock_convention") == Product.LockConvention.LAST_DAY_AT
        if at_a_clock_time and said.get("lock_clock") is None and "lock_clock" not in self.errors:
            self.add_error("lock_clock", _("Say at which clock time it locks, such as 18:00."))
        return said
