"""Choosing a ledger, and saying how it is to be read."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.forms.fields import ZoneField
from accounts.ledger import words
from accounts.ledger.findings import Unreadable
from accounts.ledger.headings import NOWHERE
from accounts.ledger.reading import refuse_oversize
from accounts.ledger.synonyms import FIELDS
from accounts.models import LedgerImport, LedgerMapping, User
from accounts.models.ledgers import DateOrder


class UploadForm(forms.Form):
    """A file, and a mapping that was saved from an earlier one."""

    file = forms.FileField(
        label=_("Ledger"),
        help_text=_("CSV or XLSX, as you keep it. Nothing is saved before you have seen what would change."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.xlsx,.txt,.tsv"}),
        error_messages={
            "empty": _("The file is empty. Save the ledger again, with its headings and rows, and choose that file.")
        },
    )
    mapping = forms.ModelChoiceField(LedgerMapping.objects.none(), label=_("Read it as"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        mapping = self.fields["mapping"]
        assert isinstance(mapping, forms.ModelChoiceField)
        mapping.queryset, mapping.empty_label = LedgerMapping.objects.all(), str(_("its headings say"))

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        try:
            refuse_oversize(file.size or 0, settings.CSPORTAL_LEDGER_MAX_BYTES)
        except Unreadable as problem:
            raise ValidationError(words.unreadable(problem.code, problem.params)) from problem
        return file

    def keep(self, *, by: User, now: datetime) -> LedgerImport:
        """The upload, with what a saved mapping says of it, still to be read."""
        file, mapping = self.cleaned_data["file"], self.cleaned_data["mapping"]
        upload = LedgerImport(file=file, name=str(file.name)[:255], uploaded_by=by, uploaded_at=now)
        if mapping:
            upload.columns, upload.time_zone = mapping.columns, mapping.time_zone
            upload.republic_years, upload.date_order = mapping.republic_years, mapping.date_order
        upload.save()
        return upload


NOT_THERE = "__none__"
"""The choice of a field that no column holds."""


class ReadingForm(forms.ModelForm):
    """Which heading holds which field, and what the file does not say. May be kept as a mapping under a name."""

    time_zone = ZoneField(
        label=_("Time zone"), required=False, help_text=_("Of rows that name none. Empty: the customer's, else yours.")
    )
    save_as = forms.CharField(
        label=_("Keep this mapping as"),
        max_length=100,
        required=False,
        help_text=_("For next month's ledger. A mapping of the same name is replaced."),
    )

    class Meta:
        model = LedgerImport
        fields = ("time_zone", "date_order", "republic_years", "product")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["date_order"].widget.choices = DateOrder.choices
        columns = self.instance.columns
        headings = dict.fromkeys(filter(None, [*self.instance.report.get("headings", []), *columns.values()]))
        choices = [
            ("", _("— as the headings say —")),
            (NOT_THERE, _("— not in this ledger —")),
            *((heading, heading) for heading in headings),
        ]
        for name in FIELDS:
            self.fields[f"column_{name}"] = forms.ChoiceField(
                label=words.field_name(name).capitalize(),
                choices=choices,
                required=False,
                initial=(columns[name] or NOT_THERE) if name in columns else self._read(name),
            )

    @property
    def column_fields(self) -> list[forms.BoundField]:
        """The selects, one a field of a contract."""
        return [self[f"column_{name}"] for name in FIELDS]

    def _read(self, name: str) -> str:
        """The heading under which a field was found."""
        return str(self.instance.report.get("columns", {}).get(name, ""))

    def _said(self) -> dict[str, str]:
        """What the person said. What only stays as it was found is not said, so that it may differ next month."""
        chosen = {name: self.cleaned_data[f"column_{name}"] for name in FIELDS}
        return {
            name: NOWHERE if choice == NOT_THERE else choice
            for name, choice in chosen.items()
            if choice and (name in self.instance.columns or choice != self._read(name))
        }

    @transaction.atomic
    def keep(self) -> LedgerImport:
        """The upload with what was said. It is to be read again."""
        upload: LedgerImport = self.save(commit=False)
        upload.columns = self._said()
        upload.save(update_fields=["columns", *self.Meta.fields])
        if name := self.cleaned_data["save_as"]:
            said = {
                "columns": upload.columns,
                "time_zone": upload.time_zone,
                "republic_years": upload.republic_years,
                "date_order": upload.date_order,
            }
            LedgerMapping.objects.update_or_create(name=name, defaults=said)
        return upload
