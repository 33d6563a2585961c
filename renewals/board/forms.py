"""What staff type in about renewals: all of one, its first line in the table, or the same for many."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Contact
from accounts.models.contracts import validate_currency
from renewals.pipeline.models import Category, Ends, LossReason, Renewal, Stage

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
LINE = (
    "stage", "loss_reason", "loss_words", "amount", "category", "probability", "next_step", "next_step_on",
)  # fmt: skip
"""What is changed in the table itself."""
MANY = ("stage", "loss_reason", "loss_words", "category", "next_step", "next_step_on")
"""What is changed for many at once."""


def upper(text: str) -> str:
    return text.strip().upper()


class AllInOne(forms.HiddenInput):
    """Chosen rows as one field: Django's own sends nothing where none is, and what was shown cannot be told."""

    def format_value(self, value: Any) -> str:
        return " ".join(str(getattr(one, "pk", one)) for one in value or ())

    def value_from_datadict(self, data: Any, _files: Any, name: str) -> list[str]:
        return str(data.get(name, "")).split()


class RenewalForm(forms.Form):
    """All of one renewal. A loss needs its reason; a day needs its step."""

    stage = forms.ModelChoiceField(label=_("Stage"), queryset=Stage.objects.none(), empty_label=None)
    loss_reason = forms.ModelChoiceField(
        label=_("Why it is lost"), queryset=LossReason.objects.none(), required=False, empty_label=_("choose a reason")
    )
    loss_words = forms.CharField(label=_("In words"), max_length=500, required=False)
    amount = forms.DecimalField(
        label=_("Expected amount"), min_value=0, max_digits=14, decimal_places=2, required=False
    )
    currency = forms.CharField(
        label=_("Currency"), max_length=3, required=False, widget=forms.TextInput(attrs={"list": "currencies"})
    )
    category = forms.ChoiceField(label=_("Forecast"), choices=Category.choices)
    probability = forms.IntegerField(label=_("Probability, in per cent"), min_value=0, max_value=100)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_on = forms.DateField(label=_("By the day"), required=False, widget=DAY)
    risks = forms.CharField(label=_("Risks"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    competitor = forms.CharField(label=_("Competitor"), max_length=100, required=False)
    deciders = forms.ModelMultipleChoiceField(
        label=_("Who decides"), queryset=Contact.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: Any = None, *, renewal: Renewal, only: tuple[str, ...] = ()) -> None:
        super().__init__(data, initial=said_of(renewal), auto_id=f"id_{renewal.pk}_%s")
        self.renewal = renewal
        among: dict[str, QuerySet[Any]] = {
            "stage": Stage.objects.filter(Q(retired_at=None) | Q(pk=renewal.stage_id)),
            "loss_reason": LossReason.objects.filter(Q(retired_at=None) | Q(pk=renewal.loss_reason_id)),
            "deciders": renewal.contract.customer.contacts.all(),
        }
        for name, queryset in among.items():
            self.choice(name).queryset = queryset
        self.choice("deciders").hidden_widget = AllInOne
        for field in self.fields.values():
            field.show_hidden_initial = True  # what was shown counts: a colleague's change meanwhile stays
        for field in self.fields.values() if only else ():
            field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else "form-control"
        for name in [name for name in self.fields if only and name not in only]:
            del self.fields[name]

    def choice(self, name: str) -> forms.ModelChoiceField[Any]:
        return cast("forms.ModelChoiceField[Any]", self.fields[name])

    def clean_currency(self) -> str:
        """Three capital letters, however they were typed."""
        said = upper(self.cleaned_data["currency"])
        if said:
            validate_currency(said)
        return said

    def clean(self) -> dict[str, Any]:
        """A loss needs its reason, a day its step, an amount its currency: each error beside its field."""
        said = super().clean() or {}
        ask_for_the_rest(self, said)
        if said.get("amount") is not None and not said.get("currency", self.renewal.currency):
            self.add_error("currency" if "currency" in self.fields else "amount", gettext("Say in which currency."))
        return said

    @property
    def deciders_shown(self) -> str:
        """The hidden field of who decided as the page was shown: boxes to tick do not bring theirs along."""
        return self["deciders"].as_hidden(only_initial=True)

    @property
    def changed(self) -> dict[str, Any]:
        """The fields that are other than they were shown, for the service; a loss takes its reason along."""
        said = {name: self.cleaned_data[name] for name in self.changed_data if name in self.cleaned_data}
        said.pop("deciders", None)
        stage = self.cleaned_data.get("stage")
        if stage is not None and stage.ends == Ends.LOST and {"stage", "loss_reason", "loss_words"} & said.keys():
            said |= {name: self.cleaned_data[name] for name in ("stage", "loss_reason", "loss_words")}
        elif stage is None or stage.ends != Ends.LOST:
            said.pop("loss_reason", None), said.pop("loss_words", None)
        return said


def said_of(renewal: Renewal) -> dict[str, Any]:
    """What a form begins with."""
    plain = {name: getattr(renewal, name) for name in RenewalForm.base_fields if name != "deciders"}
    return plain | {"deciders": list(renewal.deciders.values_list("pk", flat=True))}


def ask_for_the_rest(form: forms.Form, said: dict[str, Any]) -> None:
    """What goes together: a loss and its reason, a day and its step."""
    stage = said.get("stage")
    if stage is not None and stage.ends == Ends.LOST and not said.get("loss_reason"):
        form.add_error("loss_reason", gettext("Say why it is lost."))
    if said.get("next_step_on") and not said.get("next_step"):
        form.add_error("next_step", gettext("Say what is to be done by that day."))


class ManyForm(forms.Form):
    """The same for many renewals: what is left empty stays as it is."""

    stage = forms.ModelChoiceField(
        label=_("Stage"), queryset=Stage.objects.standing(), required=False, empty_label=_("as it is")
    )
    loss_reason = forms.ModelChoiceField(
        label=_("Why it is lost"), queryset=LossReason.objects.standing(), required=False, empty_label="–"
    )
    loss_words = forms.CharField(label=_("In words"), max_length=500, required=False)
    category = forms.ChoiceField(label=_("Forecast"), choices=[("", _("as it is")), *Category.choices], required=False)
    next_step = forms.CharField(label=_("Next step"), max_length=200, required=False)
    next_step_on = forms.DateField(label=_("By the day"), required=False, widget=DAY)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="many_%s")
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field.widget, forms.Select) else "form-control"

    def clean(self) -> dict[str, Any]:
        """At least one thing is to be changed."""
        said = super().clean() or {}
        ask_for_the_rest(self, said)
        if not self.errors and not self.changed:
            raise ValidationError(gettext("Say what is to be changed."))
        return said

    @property
    def changed(self) -> dict[str, Any]:
        """The fields that somebody filled in, for the service."""
        said = {name: value for name, value in self.cleaned_data.items() if value}
        return said if said.get("stage") and said["stage"].ends == Ends.LOST else without_loss(said)


def without_loss(said: dict[str, Any]) -> dict[str, Any]:
    """A reason says nothing of what is not lost."""
    return {name: value for name, value in said.items() if not name.startswith("loss_")}


class MoveForm(forms.Form):
    """Another stage for one renewal, and why where that is the one of losses."""

    stage = forms.ModelChoiceField(queryset=Stage.objects.standing())
    loss_reason = forms.ModelChoiceField(
        label=_("Why it is lost"),
        queryset=LossReason.objects.standing(),
        required=False,
        empty_label=_("choose a reason"),
    )
    loss_words = forms.CharField(label=_("In words"), max_length=500, required=False)

    def __init__(self, data: Any = None) -> None:
        super().__init__(data, auto_id="loss_%s")
        for name, css in (("loss_reason", "form-select"), ("loss_words", "form-control")):
            self.fields[name].widget.attrs["class"] = css

    def clean(self) -> dict[str, Any]:
        """A loss needs its reason."""
        said = super().clean() or {}
        ask_for_the_rest(self, said)
        return said

    @property
    def changed(self) -> dict[str, Any]:
        """The fields for the service."""
        said = dict(self.cleaned_data)
        return said if said["stage"].ends == Ends.LOST else without_loss(said)
