"""A playbook as a manager types it in: for whom it is meant, and its steps, row by row."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.forms.formsets import DELETION_FIELD_NAME
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Customer
from accounts.models.customers import name_key
from renewals.playbooks.models import Anchor, Channel, Playbook, Said, Writer
from renewals.playbooks.words import PURPOSES

START, BEFORE, AFTER, LOCK = "start", "before", "after", "lock"
WHEN = [
    (BEFORE, gettext_lazy("before the last minute")),
    (AFTER, gettext_lazy("after the end")),
    (START, gettext_lazy("after the term begins")),
    (LOCK, gettext_lazy("after the soft lock")),
]
BLANK_ROWS = 3
MOST_STEPS = 40


class PlaybookForm(forms.ModelForm):
    """For whom a playbook is meant. What everybody falls back to stays meant for everybody."""

    data: Any
    base = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Playbook
        fields = ("name", "product", "segment", "kind")
        widgets = {"segment": forms.TextInput(attrs={"list": "segments", "autocomplete": "off"})}

    def __init__(self, *args: Any, last: int = 0, **kwargs: Any) -> None:
        """`last` is the number of the version that the page shows."""
        super().__init__(*args, **kwargs)
        self.last, self.initial["base"] = last, last
        self.is_usual = self.instance.pk is not None and self.instance.is_for_everybody
        self.fields["product"].empty_label = _("any")  # type: ignore[attr-defined]
        self.fields["kind"].choices = [("", _("any")), *self.fields["kind"].choices[1:]]  # type: ignore[attr-defined]
        self.fields["segment"].help_text = _("Empty: any.")
        self.fields["name"].required = not self.is_usual
        for name in ("product", "segment", "kind"):
            self.fields[name].disabled = self.is_usual

    def clean_segment(self) -> str:
        """One segment is one word: a second spelling of it becomes the first."""
        typed: str = self.cleaned_data["segment"]
        return next((known for known in Customer.objects.segments() if name_key(known) == name_key(typed)), typed)

    def clean_base(self) -> int:
        """The version that the page showed: what somebody else made meanwhile is looked at first."""
        base = self.cleaned_data["base"]
        if self.last and base != self.last:
            self.data = {**self.data.dict(), "base": str(self.last)}  # who has looked saves over it
            said = _("Somebody made version %(number)d meanwhile. Look at it, then save again to make yours the next.")
            raise forms.ValidationError(said % {"number": self.last})
        return base

    def segments(self) -> list[str]:
        """What is offered while one types."""
        return list(Customer.objects.segments())


class StepForm(forms.Form):
    """One step. Nothing chosen: no step."""

    purpose = forms.ChoiceField(label=gettext_lazy("Purpose"), choices=[("", "–"), *PURPOSES])
    days = forms.IntegerField(label=gettext_lazy("Days"), min_value=0, max_value=400)
    when = forms.ChoiceField(label=gettext_lazy("Counted"), choices=WHEN, initial=BEFORE)
    channel = forms.ChoiceField(label=gettext_lazy("By"), choices=Channel.choices, initial=Channel.LETTER)
    writer = forms.ChoiceField(label=gettext_lazy("Who"), choices=Writer.choices, initial=Writer.OWNER)
    title = forms.CharField(label=gettext_lazy("Title"), max_length=100, required=False)
    aim = forms.CharField(
        label=gettext_lazy("What it is for"), max_length=600, required=False, widget=forms.Textarea(attrs={"rows": 1})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.widget.attrs["class"] = "form-select" if isinstance(field, forms.ChoiceField) else "form-control"

    def clean(self) -> dict[str, Any]:
        """The intervention is the portal's own, and nothing else is."""
        said = super().clean() or {}
        is_portals = said.get("purpose") == "intervention"
        if is_portals:
            said |= {"writer": Writer.PORTAL, "channel": Channel.CALL}
            if said.get("when") != LOCK:
                self.add_error("when", _("A lock opens the intervention: count it after the soft lock."))
        elif said.get("writer") == Writer.PORTAL:
            self.add_error("writer", _("By itself the portal does the intervention alone. Say who does this."))
        if said.get("purpose") == "other" and not said.get("title"):
            self.add_error("title", _("Say what it is called: its purpose does not."))
        return said

    @property
    def is_blank(self) -> bool:
        """Whether nothing is typed in it: neither a purpose nor anything else that a choice does not fill by itself."""
        return not any(str(self[name].value() or "").strip() for name in ("purpose", "title", "aim"))

    @property
    def step(self) -> dict[str, Any]:
        """What it says, as the services take it."""
        said = {name: self.cleaned_data[name] for name in ("purpose", "channel", "writer", "title", "aim")}
        return said | counted(self.cleaned_data["when"], self.cleaned_data["days"])


class StepForms(forms.BaseFormSet):
    """All steps of a version; their order is that of time, whatever the order of the rows."""

    def clean(self) -> None:
        """At least one step, and none twice."""
        rows = self.kept_rows()
        if any(form.errors for _row, form in rows):
            return
        if not rows:
            raise forms.ValidationError(_("A playbook has one step at least."))
        seen: dict[tuple[object, ...], int] = {}
        for row, form in rows:
            said = form.step
            key = (said["anchor"], said["days"], said["purpose"], said["channel"], said["title"])
            if key in seen:
                form.add_error("days", _("Row %(row)d says the same already.") % {"row": seen[key]})
            seen.setdefault(key, row)

    def kept_rows(self) -> list[tuple[int, StepForm]]:
        """The rows that are not to be taken out, each with its number."""
        rows = enumerate(self.forms, start=1)
        if not self.is_bound:
            return list(rows)
        return [(row, form) for row, form in rows if not self._should_delete_form(form)]

    def _should_delete_form(self, form: StepForm) -> bool:
        """A row that was emptied is taken out like one whose box is ticked."""
        return form.is_blank or bool(form.cleaned_data.get(DELETION_FIELD_NAME))

    def steps(self) -> list[dict[str, Any]]:
        """The steps in order of time."""
        order = [Anchor.START, Anchor.END, Anchor.LOCK]
        said = [form.step for _row, form in self.kept_rows()]
        return sorted(said, key=lambda step: (order.index(step["anchor"]), step["days"]))

    def problems(self) -> list[str]:
        """Every error with its row and its field, in order."""
        found = [str(error) for error in self.non_form_errors()]
        for row, form in self.kept_rows():
            for name, errors in form.errors.items():
                found += [told(row, form.fields[name].label, str(error)) for error in errors]
        return found


def told(row: int, label: str | Promise | None, error: str) -> str:
    """Where an error is, and what it is."""
    return _("Step %(row)d, %(field)s: %(error)s") % {"row": row, "field": label, "error": error}


def counted(when: str, days: int) -> dict[str, Any]:
    """The anchor and the days, below zero before the end, as a step keeps them."""
    if when in (BEFORE, AFTER):
        return {"anchor": Anchor.END, "days": -days if when == BEFORE else days}
    return {"anchor": Anchor(when), "days": days}


def row_of(step: Said) -> dict[str, Any]:
    """A step as its row shows it."""
    said = {name: getattr(step, name) for name in ("purpose", "channel", "writer", "title", "aim")}
    around_the_end = BEFORE if step.days < 0 else AFTER
    return said | {"when": around_the_end if step.anchor == Anchor.END else step.anchor, "days": abs(step.days)}


def step_forms(data: QueryDict | None, steps: Sequence[Said]) -> StepForms:
    """The rows of these steps with blank ones after them; `more` in the data adds further blank rows."""
    kind: Any = forms.formset_factory(
        StepForm, formset=StepForms, extra=BLANK_ROWS, can_delete=True, max_num=MOST_STEPS, absolute_max=MOST_STEPS
    )
    total = str(data.get("steps-TOTAL_FORMS", "")) if data is not None else ""
    if data is not None and "more" in data and total.isdecimal():
        data = data.copy()
        data["steps-TOTAL_FORMS"] = str(min(int(total[:4]) + BLANK_ROWS, MOST_STEPS))
    return kind(data, initial=[row_of(step) for step in steps], prefix="steps")
