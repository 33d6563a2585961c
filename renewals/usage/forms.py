"""What a product's metrics are called, as somebody types it in."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from renewals.usage.models import Metric

LARGEST = 10_000_000
"""Bytes of a file of signals."""


class MetricForm(forms.ModelForm):
    """One metric's words, in both languages. The product's own word of one that was counted stays."""

    class Meta:
        model = Metric
        fields = ("code", "many_en", "one_en", "zh", "adds", "is_shown", "is_support")
        labels = {
            "code": _("The product’s word"),
            "many_en": _("In English, many"),
            "one_en": _("In English, one"),
            "zh": _("In Chinese"),
            "adds": _("How it counts"),
            "is_shown": _("Show it, and speak of it in letters"),
            "is_support": _("It is a request for support"),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk:
            self.fields["code"].disabled = True

    def clean_code(self) -> str:
        """A metric has one name: who wants another changes that one."""
        code: str = self.cleaned_data["code"]
        others = Metric.objects.filter(product=self.instance.product_id, code=code).exclude(pk=self.instance.pk)
        if others.exists():
            raise forms.ValidationError(_("This product has that metric already."))
        return code


class UsageFileForm(forms.Form):
    """A file of signals."""

    file = forms.FileField(
        label=_("Signals of use"),
        help_text=_(
            "CSV with the columns contract, at, metric, value and, if you like, user and product; 50,000 rows at the "
            "most. A time without an offset is the customer’s own. Nothing is saved before you have seen what it says."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.txt,.tsv"}),
        error_messages={"empty": _("The file is empty.")},
    )

    def clean_file(self) -> UploadedFile:
        """One that is too large for so many rows is refused before a byte of it is read."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("The file is larger than 10 MB. Make several of it."))
        return file
