"""Whose an answer is that nobody could tell."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Contract, User


class FileForm(forms.Form):
    """A contract by its number, of those that the reader may see."""

    number = forms.CharField(
        label=gettext_lazy("Contract number"),
        max_length=120,
        help_text=gettext_lazy("As it stands on the contract’s page."),
    )

    def __init__(self, *args: Any, user: User, customer_id: int | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.customer_id = user, customer_id

    def clean_number(self) -> Contract:
        """The contract; of several under one number the first, for they are one customer's."""
        number = str(self.cleaned_data["number"]).strip()
        found = Contract.objects.visible_to(self.user).numbered(number)
        if self.customer_id is not None:
            found = found.filter(customer=self.customer_id)
        contract = found.first()
        if contract is None:
            raise forms.ValidationError(
                _("There is no contract %(number)s that you may see. Look it up under Contracts.") % {"number": number}
            )
        return contract
