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
        fields = ("name", "code", "lock_convention", "lock_zone")
        widgets = {"lock_convention": forms.RadioSelect, "lock_zone": zone_widget()}

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        """The code of a product that is in use is what the vendor's systems ask by: managers alone change it."""
        super().__init__(*args, **kwargs)
        if self.instance.pk and user.role == User.Role.CSM:
            self.fields["code"].disabled = True
            self.fields["code"].help_text = _("The vendor’s systems ask by it; a manager can change it.")
