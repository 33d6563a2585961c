"""Products, and when each really locks on its own."""

from __future__ import annotations

from django import forms

from accounts.forms.fields import zone_widget
from accounts.models import Product


class ProductForm(forms.ModelForm):
    """A product; its code is how the vendor's systems name it."""

    class Meta:
        model = Product
        fields = ("name", "code", "lock_convention", "lock_zone")
        widgets = {"lock_convention": forms.RadioSelect, "lock_zone": zone_widget()}
