"""Files of signals: looked at first, then taken; the same line is taken once, whatever file it stands in.

What is kept of a file between the two holds no user's id: only its keyed hash.
"""

from __future__ import annotations

import csv
import io
import json
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.bulk import insert_new
from accounts.ledger.refused import safe
from accounts.models import Contract, User
from accounts.services import NotAllowed
from renewals.usage.lines import Known, Line, Read, numbers_in, read
from renewals.usage.models import UsageFile, UsageSignal
from renewals.usage.words_of_files import refusal

AT_ONCE = 5000
SHOWN = 100
"""How many refusals a page lists; the file of refused rows has all."""


def look_at(data: bytes, name: str, *, by: User, now: datetime) -> UsageFile:
    """Read a file and keep what taking it would do. Raises `Unreadable`, and keeps nothing then."""
    found = read(data, visible_contracts(numbers_in(data), by), now=now)
    upload = UsageFile(name=name[:255], uploaded_by=by, uploaded_at=now, report=report_of(found))
    upload.lines.save("signals.jsonl", ContentFile(stored(found.lines)), save=False)
    if found.refusals:
        upload.refused.save("refused.csv", ContentFile(refused_rows(found)), save=False)
    upload.save()
    return upload


def visible_contracts(numbers: set[str], user: User) -> Mapping[str, Sequence[Known]]:
    """By number, those of these contracts that `user` may see."""
    rows = Contract.objects.visible_to(user).filter(number__in=numbers)
    found: dict[str, list[Known]] = defaultdict(list)
    for pk, number, product, zone in rows.values_list("pk", "number", "product__code", "customer__time_zone"):
        found[number].append(Known(pk, product, zone))
    return found


def report_of(found: Read) -> dict[str, Any]:
    """What a page says of a file that was read."""
    known = already_there([line.line for line in found.lines])
    return {
        "read": found.rows,
        "fresh": len(found.lines) - known,
        "known": known,
        "refused": len(found.refusals),
        "refusals": [[one.row, one.column, one.value, one.why] for one in found.refusals[:SHOWN]],
    }


def already_there(lines: Sequence[uuid.UUID]) -> int:
    """How many of these lines were taken before."""
    return UsageSignal.objects.filter(line__in=lines).count()


def stored(lines: Sequence[Line]) -> bytes:
    """The lines as they wait to be taken."""
    rows = ([line.contract_id, line.at.isoformat(), line.metric, line.value, line.who, line.line.hex] for line in lines)
    return "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()


def refused_rows(found: Read) -> bytes:
    """Each refused row as it was, but for its user, and why it was refused in the column after it."""
    text = io.StringIO(newline="")
    out = csv.writer(text)
    out.writerow([*map(safe, found.headings), _("why it was refused")])
    for one in found.refusals:
        cells = [safe(cell) for cell in one.cells[: len(found.headings)]]
        padding = [""] * (len(found.headings) - len(cells))
        out.writerow([*cells, *padding, f"{one.column}: {refusal(one.why)}"])
    return text.getvalue().encode("utf-8-sig")


@transaction.atomic
def take(upload: UsageFile, *, now: datetime) -> int:
    """Take a file as it was looked at: once, however often it is asked; how many signals are new.

    All in one transaction: killed in the middle, nothing was taken. Raises `NotAllowed` where it was taken already.
    """
    row = UsageFile.objects.select_for_update().get(pk=upload.pk)
    if row.taken_at is not None:
        raise NotAllowed(_("This file is taken already."))
    with row.lines.open("rb") as file:
        signals = [signal_of(json.loads(line), now=now) for line in file if line.strip()]
    fresh = sum(insert_new(some) for some in chunks(signals, AT_ONCE))
    row.taken_at = now
    row.report |= {"fresh": fresh, "known": len(signals) - fresh}
    row.save(update_fields=["taken_at", "report"])
    return fresh


def chunks(signals: Sequence[UsageSignal], size: int) -> Iterator[Sequence[UsageSignal]]:
    """The signals, so many at a time."""
    for first in range(0, len(signals), size):
        yield signals[first : first + size]


def signal_of(row: Sequence[Any], *, now: datetime) -> UsageSignal:
    """A kept line as a signal, not saved."""
    contract_id, at, metric, value, who, line = row
    return UsageSignal(
        contract_id=contract_id,
        at=datetime.fromisoformat(at),
        metric=metric,
        value=value,
        who=who,
        received_at=now,
        line=uuid.UUID(line),
    )
