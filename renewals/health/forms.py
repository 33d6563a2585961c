"""How much each part of health weighs, as a manager types it in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from renewals.health.models import MOST
from renewals.health.score import Kind, Weights
from renewals.health.words import EXPLAINED, KINDS


class WeightsForm(forms.Form):
    """A number for each part: 0 leaves it out."""

    def __init__(self, *args: Any, weights: Weights, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for kind in Kind:
            self.fields[kind] = forms.IntegerField(
                label=str(KINDS[kind]),
                help_text=str(EXPLAINED[kind]),
                min_value=0,
                max_value=MOST,
                initial=weights[kind],
            )

    def clean(self) -> dict[str, Any]:
        """One part at least has to count."""
        said = super().clean() or {}
        if not self.errors and not any(said.values()):
            raise ValidationError(_("One part at least has to count."))
        return said

    @property
    def weights(self) -> Weights:
        return {kind: self.cleaned_data[kind] for kind in Kind}
