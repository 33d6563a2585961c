"""Ledgers that came through the browser: read for a preview, then taken; what was found is kept with each."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.files.base import ContentFile
from django.utils import translation

from accounts.ledger import report
from accounts.ledger.draft import Draft
from accounts.ledger.findings import Unreadable
from accounts.ledger.refused import write_refused
from accounts.ledger.run import import_ledger, look_at
from accounts.ledger.survey import Options
from accounts.models import LedgerImport

Stage = LedgerImport.Stage


def options_of(upload: LedgerImport) -> Options:
    """What the person said beside the file; their own zone where nothing else says one."""
    return Options(
        zone=upload.time_zone,
        republic=upload.republic_years,
        order=upload.date_order,
        product=upload.product,
        default_zone=upload.uploaded_by.time_zone,
        default_country=settings.CSPORTAL_DEFAULT_COUNTRY,
    )


def preview(upload: LedgerImport, *, now: datetime) -> None:
    """Read an upload and keep what taking it would do. An unreadable file is kept with the reason; nothing raises."""
    _carry_out(
        upload,
        Stage.PREVIEWED,
        lambda data: look_at(
            data, upload.columns, options_of(upload), by=upload.uploaded_by, now=now, progress=_teller(upload)
        ),
    )


def claim(upload: LedgerImport, *, to: str, among: tuple[str, ...]) -> bool:
    """Move an upload to the next stage, once: False for whoever comes second, or too early."""
    claimed = LedgerImport.objects.filter(pk=upload.pk, stage__in=among).update(stage=to, done=0)
    return claimed == 1


def take_upload(upload: LedgerImport, *, now: datetime) -> None:
    """Take an upload that was claimed for it, by the person who uploaded it."""
    tell = _teller(upload)

    def taken(data: bytes) -> Draft:
        return import_ledger(
            data, upload.columns, options_of(upload), by=upload.uploaded_by, now=now, reading=tell, taking=tell
        )

    _carry_out(upload, Stage.TAKEN, taken)
    if upload.stage == Stage.TAKEN:
        LedgerImport.objects.filter(pk=upload.pk).update(taken_at=now)


def _carry_out(upload: LedgerImport, stage: LedgerImport.Stage, work: Callable[[bytes], Draft]) -> None:
    with upload.file.open("rb") as file:
        data = file.read()
    try:
        draft = work(data)
    except Unreadable as problem:
        facts = report.plain(problem.params)
        _keep(upload, Stage.FAILED, {"code": problem.code, "params": facts, "headings": facts.get("headings", [])})
    except Exception:
        _keep(upload, Stage.FAILED, {"code": "cut_short", "params": {}})
        raise
    else:
        _keep_refused(upload, draft, data)
        _keep(upload, stage, report.stored(draft))


def _keep(upload: LedgerImport, stage: LedgerImport.Stage, found: dict[str, Any]) -> None:
    upload.stage, upload.report = stage, found
    upload.save(update_fields=["stage", "report", "refused_file"])


def _keep_refused(upload: LedgerImport, draft: Draft, data: bytes) -> None:
    if upload.refused_file:
        upload.refused_file.delete(save=False)
    if draft.refused_rows:
        text = io.StringIO(newline="")
        with translation.override(upload.uploaded_by.language or settings.LANGUAGE_CODE):
            write_refused(draft, data, upload.columns, text)
        upload.refused_file.save(
            f"refused-{upload.pk}.csv", ContentFile(text.getvalue().encode("utf-8-sig")), save=False
        )


def _teller(upload: LedgerImport) -> Callable[[int, int], None]:
    def tell(done: int, total: int) -> None:
        LedgerImport.objects.filter(pk=upload.pk).update(done=done, total=total)

    return tell
