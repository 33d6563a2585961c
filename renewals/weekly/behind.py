"""What each figure of a weekly review counts, as a list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils.functional import Promise as Words
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.tables.files import Column
from renewals.desk.case_tables import CASE_COLUMNS, CaseTable, sortable
from renewals.desk.cases import cases
from renewals.desk.export import CONTRACT_COLUMNS
from renewals.desk.rows import rows as desk_rows
from renewals.desk.tables import ContractTable
from renewals.gaps.tables import OBSERVED_COLUMNS, ObservedTable
from renewals.lastmile.definitions import Way
from renewals.lastmile.reading import judged
from renewals.lastmile.tables import RowsTable, columns
from renewals.locking.models import Clock
from renewals.weekly.facts import (
    CAME_BACK,
    LATE,
    LETTERS,
    NOT_SPOKEN_TO,
    PERSONAL,
    PLAIN,
    WAYS,
    contracts_of,
    gone_in,
    locked_in,
    renewals_of,
    shown,
    too_early,
    untold_in,
    within,
)
from renewals.weekly.letter_tables import LETTER_COLUMNS, LetterTable, with_whom
from renewals.weekly.weeks import Week

TOO_EARLY, LOCKS, SILENT, UNTOLD = "too_early", "locks", "silent", "untold"
FIGURES: Mapping[str, Words] = {
    **{str(way): said for way, said in WAYS.items()},
    TOO_EARLY: _("locked too early"),
    LOCKS: _("soft locks"),
    SILENT: _("soft locks after which nobody has spoken to anybody there"),
    UNTOLD: _("ends of which nobody there was told"),
    PERSONAL: _("personal letters"),
    PLAIN: _("plain notices"),
    LATE: _("late notices"),
    CAME_BACK: _("letters that came back"),
}
"""The figures that open their rows, by how their address names them."""


class Behind(NamedTuple):
    """The rows of a figure as a table, and what they are as a file."""

    table: Any
    columns: Sequence[Column]


def behind(user: User, figure: str, week: Week, *, team: int | None, now: datetime, address: str) -> Behind:
    """What one of `FIGURES` counts."""
    contracts = contracts_of(user, team)
    reads: dict[str, Any] = {"now": now, "reader": user}
    if figure == TOO_EARLY:
        early = too_early(user, week, team=team, now=now)
        return Behind(ObservedTable(early, address=address, **reads), OBSERVED_COLUMNS)
    if figure in (LOCKS, SILENT):
        locks = sortable(cases(user, at=now)).filter(locked_in(contracts, week))
        found = locks.filter(NOT_SPOKEN_TO) if figure == SILENT else locks
        return Behind(CaseTable(found, **reads), CASE_COLUMNS)
    if figure == UNTOLD:
        untold = Clock.objects.filter(untold_in(contracts, week)).order_by().values("pk")
        clocks = desk_rows(user, now=now).filter(pk__in=untold).order_by("ends_at", "pk")
        return Behind(ContractTable(clocks, **reads), CONTRACT_COLUMNS)
    if figure in LETTERS:
        gone = with_whom(gone_in(user, week, team=team).filter(LETTERS[figure]))
        return Behind(LetterTable(gone, **reads), LETTER_COLUMNS)
    ended = shown(renewals_of(user, team).filter(**within("ends_at", week))).order_by("ends_at", "pk")
    return Behind(RowsTable(judged(ended, now=now).filter(way=Way(figure)), now=now), columns())
