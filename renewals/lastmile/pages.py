"""What the last mile's page shows: each figure with the address of the rows behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import cached_property, reduce
from operator import add
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import wording
from accounts.access import StaffRequest
from accounts.models import Product, Team, User
from renewals.charts import Cell, Chart, Kind, Line, Series
from renewals.lastmile import words
from renewals.lastmile.definitions import EVIDENCE, FUNNEL, LETTERS, NO_CONTACT, NOBODY
from renewals.lastmile.filters import NONE, LastMileFilter
from renewals.lastmile.keeping import bring_up_to_date
from renewals.lastmile.models import Verdict
from renewals.lastmile.reading import BY, Part, Sums, by_part, ended, groups, sums
from renewals.pipeline.rates import home, rates_now

MINUTE = timedelta(minutes=1)
MOST_PARTS = 50
"""How many parts the table shows, the most ends first; the others stand there together."""
LEAKS = ("not-week", "not-day")
OF_PARTS = ("in-time", "buffer", "late", "lost", "open", *LEAKS)
"""What is said of each part."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number in words, and the rows it came from."""

    name: str
    text: str
    href: str
    beneath: str = ""


class Page:
    """One address's last mile. All its figures come from one query's groups, those of the parts from another's."""

    def __init__(self, request: StaffRequest) -> None:
        self.now = request.now
        by = request.GET.get("by", "")
        self.by = by if by in BY else "csm"
        self.behind = bring_up_to_date(request.user)
        self.filter = LastMileFilter(request.GET, Verdict.objects.visible_to(request.user), request=request)
        first, until = self.filter.span
        self.found = ended(self.filter.qs, first=first, until=until, now=self.now)
        self.groups = groups(self.found)
        self.rates = rates_now(now=self.now)

    def of(self, figure: str) -> Sums:
        """One figure."""
        return sums(self.groups, figure)

    def rows(self, figure: str, **narrower: str) -> str:
        """The address of the rows behind a figure."""
        query = {**self.filter.chosen, **narrower, "figure": figure}
        return f"{reverse('lastmile:rows')}?{urlencode(query)}"

    @cached_property
    def note(self) -> str:
        return words.home_note(self.of("ended").amounts, self.rates)

    @cached_property
    def head(self) -> list[Figure]:
        """The few that matter most."""
        whole = self.of("ended").count
        past, kept, lost = (self.of(name) for name in ("not-in-time", "buffer", "lost"))
        proactive = self.of("contact-0").count
        return [
            self.figure("ended", str(whole), words.money(self.of("ended").amounts, self.rates)),
            self.figure("contact-0", words.percent(proactive, whole), name=_("First real contact before T-30")),
            self.figure("in-time", words.percent(self.of("in-time").count, whole)),
            self.figure("buffer", words.percent(kept.count, past.count), self.of_buffers(kept.count, past.count)),
            self.figure("lost", words.percent(lost.count, whole), words.money(lost.amounts, self.rates)),
            self.figure("taken", str(self.of("taken").count), self.taken),
        ]

    def figure(self, key: str, text: str, beneath: str = "", *, name: str = "") -> Figure:
        return Figure(name=name or str(words.FIGURES[key]), text=text, href=self.rows(key), beneath=beneath)

    @staticmethod
    def of_buffers(kept: int, used: int) -> str:
        """How many of the buffers that were used saved a renewal."""
        return _("%(kept)d of %(used)d buffers used") % {"kept": kept, "used": used}

    @property
    def taken(self) -> str:
        """How much promised time those locks took."""
        took = sum((group.took for group in self.groups), timedelta(0))
        return _("%(minutes)s minutes taken") % {"minutes": f"{took // MINUTE:,}"}

    @cached_property
    def funnel(self) -> Chart:
        """Each step, and what leaks there (rule 22)."""
        series = (
            Series(name=_("Reached")),
            Series(name=_("Leak")),
            Series(name=_("Share"), is_aside=True),
            Series(name=_("Leak in %(currency)s") % {"currency": home()}, is_aside=True),
            Series(name=_("Leak by currency"), is_aside=True),
        )
        lines = [self.step(name, f"not-{name}", series) for name in FUNNEL]
        lines += [self.left(name, series) for name in ("lost", "open")]
        note = _("A renewal that was decided before a telling was needed is in neither column of that step.")
        return Chart(
            kind=Kind.STACKED,
            title=_("The funnel and its leaks"),
            first=_("Step"),
            series=series,
            lines=lines,
            note=note,
        )

    def step(self, name: str, leak: str, series: Sequence[Series]) -> Line:
        """One step: who got there, and who did not."""
        reached, leaked = self.of(name), self.of(leak)
        cells = (
            Cell(reached.count, str(reached.count), self.rows(name)),
            Cell(leaked.count, str(leaked.count), self.rows(leak)),
            Cell(None, words.percent(reached.count, reached.count + leaked.count)),
            *self.monies(leaked),
        )
        return Line(name=str(words.FIGURES[name]), cells=cells, series=series)

    def left(self, name: str, series: Sequence[Series]) -> Line:
        """What is left at the end of the funnel: all of it is leak."""
        found, whole = self.of(name), self.of("ended").count
        cells = (
            Cell(None, "–"),
            Cell(found.count, str(found.count), self.rows(name)),
            Cell(None, words.percent(found.count, whole)),
            *self.monies(found),
        )
        return Line(name=str(words.FIGURES[name]), cells=cells, series=series)

    def monies(self, found: Sums) -> tuple[Cell, Cell]:
        """The money of a figure: together, and by currency."""
        return (
            self.worth(found.amounts),
            Cell(None, words.each(found.amounts, self.rates)),
        )

    def worth(self, amounts: Mapping[str, Decimal]) -> Cell:
        """Some amounts together."""
        return Cell(words.in_home(amounts, self.rates), words.money(amounts, self.rates))

    def bands(self, title: str, first: str, keys: Sequence[str], *, of: str, note: str = "") -> Chart:
        """A whole in parts that exclude each other."""
        series = (
            Series(name=_("Renewals")),
            Series(name=_("Share"), is_aside=True),
            Series(name=home(), is_aside=True),
        )
        whole = self.of(of).count
        lines = []
        for key in keys:
            found = self.of(key)
            counted = Cell(found.count, str(found.count), self.rows(key))
            share = Cell(None, words.percent(found.count, whole))
            lines.append(
                Line(name=str(words.FIGURES[key]), cells=(counted, share, self.monies(found)[0]), series=series)
            )
        return Chart(kind=Kind.BARS, title=title, first=first, series=series, lines=lines, note=note)

    @cached_property
    def charts(self) -> list[Chart]:
        """The parts of rule 23, of what proves that somebody was told, and of what was written."""
        return [
            self.bands(
                _("Proactive or reactive: the first real contact"),
                _("First real contact"),
                [f"contact-{band}" for band in range(NO_CONTACT + 1)],
                of="ended",
                note=_("A letter that a person wrote, a call, a meeting, a telling on record. A plain notice is none."),
            ),
            self.bands(
                _("From the soft lock to the first human contact"),
                _("It took"),
                [f"waited-{band}" for band in range(NOBODY + 1)],
                of="locked",
            ),
            self.bands(
                _("What proves that somebody was told"),
                _("Strongest evidence"),
                [f"proof-{place}" for place in range(len(EVIDENCE) + 1)],
                of="ended",
            ),
            self.bands(
                _("Letters about the end"),
                _("The best that they got"),
                [f"letter-{place}" for place in range(len(LETTERS) + 1)],
                of="ended",
            ),
        ]

    @cached_property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """By what the leaks can be broken down."""
        chosen = self.filter.chosen
        return [
            (f"?{urlencode({**chosen, 'by': by})}#parts", str(name), by == self.by) for by, name in words.PARTS.items()
        ]

    @cached_property
    def parts(self) -> Chart:
        """How the ends went, by whom, by product or by month."""
        series = (
            *(Series(name=str(words.FIGURES[key]), is_aside=key in LEAKS) for key in OF_PARTS),
            Series(name=_("Lost in %(currency)s") % {"currency": home()}, is_aside=True),
        )
        found, names = self.by_part, self.names
        order = sorted(found, key=lambda part: (-found[part].counts["ended"], str(part)))
        if self.by == "month":
            order = sorted(found)
        shown, others = order[:MOST_PARTS], order[MOST_PARTS:]
        lines = [self.part(names.get(one, str(one)), found[one], series, self.narrower(one)) for one in shown]
        if others:
            rest = reduce(add, (found[one] for one in others))
            lines.append(self.part(_("%(n)d others") % {"n": len(others)}, rest, series, None))
        title = _("How the ends went, by %(what)s") % {"what": words.PARTS[self.by]}
        return Chart(kind=Kind.STACKED, title=title, first=str(words.PARTS[self.by]), series=series, lines=lines)

    @cached_property
    def by_part(self) -> Mapping[Any, Part]:
        """What is said of each part."""
        return by_part(self.found, self.by, ("ended", *OF_PARTS))

    def narrower(self, part: Any) -> dict[str, str]:
        """What the address of a part's rows says besides."""
        return {self.by: f"{part:%Y-%m}" if self.by == "month" else NONE if part is None else str(part)}

    def part(self, name: str, found: Part, series: Sequence[Series], where: dict[str, str] | None) -> Line:
        """One part's line; several together have no rows of their own."""
        counted = [(key, found.counts[key]) for key in OF_PARTS]
        cells = [Cell(count, str(count), "" if where is None else self.rows(key, **where)) for key, count in counted]
        return Line(name=name, cells=(*cells, self.worth(found.lost)), series=series)

    @cached_property
    def names(self) -> dict[Any, str]:
        """What the parts are called."""
        if self.by == "month":
            return {part: wording.month(part) for part in self.by_part}
        models: dict[str, Any] = {"csm": User, "team": Team, "product": Product}
        keys = [part for part in self.by_part if part is not None]
        found = dict(models[self.by].objects.filter(pk__in=keys).values_list("pk", "name"))
        return found | {None: _("nobody") if self.by == "csm" else _("no team")}
