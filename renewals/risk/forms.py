"""The rules of risk, as a manager types them in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _

from renewals.risk.models import MOST_LIMIT, MOST_WEIGHT
from renewals.risk.rules import YES_OR_NO, Rule, Rules, Word
from renewals.risk.words import RULES


class RulesForm(forms.Form):
    """For each rule its limit, where it has one, and its weight; 0 leaves it out."""

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rules = rules
        for word in Word:
            name = str(RULES[word].name)
            if word not in YES_OR_NO:
                self.fields[f"{word}_limit"] = number(
                    _("%(rule)s: limit") % {"rule": name}, MOST_LIMIT, rules[word].limit
                )
            self.fields[f"{word}_weight"] = number(
                _("%(rule)s: weight") % {"rule": name}, MOST_WEIGHT, rules[word].weight
            )

    @property
    def rows(self) -> list[dict[str, Any]]:
        """A row for each rule: its words and its fields."""
        return [
            {
                "said": RULES[word],
                "limit": self[f"{word}_limit"] if word not in YES_OR_NO else None,
                "weight": self[f"{word}_weight"],
            }
            for word in Word
        ]

    @property
    def asked(self) -> Rules:
        """Each rule: what was changed, and else what holds by now, which may be another than was shown."""
        said = {name: self.cleaned_data[name] for name in self.changed_data}
        return {
            word: Rule(said.get(f"{word}_limit", rule.limit), said.get(f"{word}_weight", rule.weight))
            for word, rule in self.rules.items()
        }


def number(label: str, most: int, initial: int) -> forms.IntegerField:
    """A whole number from 0 on, named for who does not see its column."""
    field = forms.IntegerField(label=label, min_value=0, max_value=most, initial=initial, show_hidden_initial=True)
    field.widget.attrs |= {"class": "form-control num", "aria-label": label}
    return field
