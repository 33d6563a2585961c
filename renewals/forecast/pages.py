"""What the forecast's page shows: each figure with the address of the rows behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from functools import cached_property, partial
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import StaffRequest
from accounts.models import Product, Team, User
from accounts.models.contracts import about_contracts_in_sight_of
from renewals.charts import Cell, Chart, Kind, Line, Series
from renewals.forecast import pictures, words
from renewals.forecast.filters import NONE, ForecastFilter
from renewals.forecast.forms import WeightsForm
from renewals.forecast.models import Target
from renewals.forecast.movement import Move
from renewals.forecast.moving import movement_sums
from renewals.forecast.periods import Period, quarter_of, read
from renewals.forecast.quarter import BY, Asked, Quarter, quarter
from renewals.forecast.reading import (
    Months,
    Sum,
    ToCome,
    months,
    not_begun,
    visible,
    without_rate,
    worth_by_month,
)
from renewals.forecast.services import COMPANY, Whom, added_up, made_of, targets
from renewals.forecast.weights import USUAL, WEIGHED
from renewals.forecast.words import Figure
from renewals.health.services import today_here
from renewals.locking.models import Clock
from renewals.pipeline.rates import rates_now

WEEK = timedelta(days=7)
OPEN = (*WEIGHED, "omitted")
SHOWN = ("signed", *WEIGHED, "omitted", "lost")
"""The buckets, in the order of their columns."""
ASIDE = ("omitted", "lost")
NOTHING = Decimal(0)
MOST_PARTS = 50
"""How many parts have a line of their own, those that most is counted on of; the others have one together."""


class Page:
    """One address's forecast. Every figure is worked out when the template asks for it, and once."""

    def __init__(self, request: StaffRequest) -> None:
        self.now, self.user, self.query = request.now, request.user, request.GET
        asked = read(request.GET.get("period", ""))
        self.is_refused = bool(request.GET.get("period")) and asked is None
        self.period = quarter_of(asked.first if asked else today_here(request.now))
        by = request.GET.get("by", "")
        self.by = by if by in BY else "csm"
        self.filter = ForecastFilter(request.GET, visible(request.user), request=request)
        self.weights_form = WeightsForm(request.GET or None)
        self.weights = self.weights_form.weights
        self.rates = rates_now(now=request.now)

    @property
    def asks_what_if(self) -> bool:
        """Whether the address has weights of its own, or weights that make no sense."""
        return self.weights != USUAL or bool(self.weights_form.errors)

    # Where things are

    def way(self, **other: str) -> str:
        """The address of this page with something else in it."""
        return "?" + urlencode({"period": self.period.key} | self.filter.kept | other)

    def rows(self, period: Period, bucket: str = "", **other: str) -> str:
        """The address of the rows behind a figure."""
        bucket_said = {"bucket": bucket} if bucket else {}
        said = {"period": period.key} | self.filter.kept | bucket_said | other
        return f"{reverse('forecast:rows')}?{urlencode(said)}"

    @property
    def before(self) -> tuple[str, str]:
        earlier = self.period.moved(-1)
        return self.way(period=earlier.key), words.period(earlier)

    @property
    def after(self) -> tuple[str, str]:
        later = self.period.moved(1)
        return self.way(period=later.key), words.period(later)

    @property
    def tabs(self) -> list[tuple[str, str, bool]]:
        """By what the period can be broken down."""
        return [(f"{self.way(by=by)}#parts", str(name), by == self.by) for by, name in words.PARTS.items()]

    # What is added up

    @cached_property
    def spans(self) -> list[Period]:
        """The quarter asked about and the next one."""
        return [self.period, self.period.moved(1)]

    @property
    def whole(self) -> Period:
        """Both as one period."""
        return Period(self.period.first, sum(span.months for span in self.spans))

    @cached_property
    def sums(self) -> Months:
        return self.quarter.months | months(self.filter.qs, self.spans[1], self.rates)

    @cached_property
    def quarter(self) -> Quarter:
        of_all = self.user.sees_everything and not self.filter.chosen
        asked = Asked(by=self.by, most=MOST_PARTS, weights=self.weights, of_all=of_all)
        return quarter(self.filter.qs, self.period, asked, self.rates)

    @cached_property
    def with_months(self) -> list[Period]:
        """Both quarters and all their months."""
        return [*self.spans, *(month for span in self.spans for month in span.each_month)]

    @cached_property
    def targets(self) -> Mapping[tuple[Whom, Period], Target]:
        return targets(self.with_months)

    @cached_property
    def whom(self) -> Whom | None:
        """Whose targets the figures are held against; None where they are narrowed by something that has none."""
        chosen = self.filter.chosen
        if "product" in chosen or "segment" in chosen or NONE in (chosen.get("csm"), chosen.get("team")):
            return None
        if "csm" in chosen:
            return Whom(csm=int(chosen["csm"]))
        if "team" in chosen:
            return Whom(team=int(chosen["team"]))
        return COMPANY if self.user.sees_everything else Whom(team=self.user.team_id or -1)

    def whom_of(self, part: Any) -> Whom | None:
        """Whose target a part is held against; None where its figures are narrowed to less than what that is for."""
        narrower = {"product", "segment"} | ({"csm"} if self.by == "team" else set())
        if part is None or narrower & self.filter.chosen.keys():
            return None
        return {"csm": Whom(csm=part), "team": Whom(team=part)}.get(self.by)

    def target(self, period: Period, whom: Whom | None) -> Decimal | None:
        """A target in the home currency."""
        return added_up(made_of(whom, period, self.targets), self.rates)

    def expected(self, sums: Mapping[str, Sum]) -> Decimal:
        """What is counted on, at the weights that hold."""
        return self.weights.expect({name: sums[name].expected for name in WEIGHED}, sums["signed"].expected)

    def buckets(self, period: Period) -> dict[str, Sum]:
        return {name: self.sums.of(period, name) for name in SHOWN}

    # What is shown

    @cached_property
    def head(self) -> list[Figure]:
        """The quarter in four figures."""
        found, period = self.buckets(self.period), self.period
        expected, target = self.expected(found), self.target(self.period, self.whom)
        still_open = sum((found[name] for name in OPEN), Sum())
        weighed = found["signed"].expected + still_open.weighed
        return [
            Figure(
                name=_("Forecast"), text=words.money(expected), href=self.rows(period, "forecast"),
                beneath=_("by probability %(amount)s") % {"amount": words.money(weighed)},
            ),
            Figure(
                name=_("Target"), text=words.money(target), href=reverse("forecast:targets"),
                beneath=self.held_against(target, expected) if target else "",
            ),
            Figure(name=_("Signed"), text=words.money(found["signed"].expected), href=self.rows(period, "signed")),
            Figure(name=_("Still open"), text=words.money(still_open.expected), href=self.rows(period, "open")),
        ]  # fmt: skip

    @property
    def counts_nobodys(self) -> bool:
        """Whether nobody's contracts are in the sums that stand beside a team's target, which is not for them."""
        return self.whom is not None and self.whom.team is not None and "team" not in self.filter.chosen

    def held_against(self, target: Decimal, expected: Decimal) -> str:
        """The share of a target. Nobody's contracts are in a manager's forecast, and in no team's target."""
        whom = self.whom
        if whom is None or not self.counts_nobodys:
            return _("the forecast is %(share)s of it") % {"share": words.percent(expected / target)}
        theirs = months(self.filter.qs.filter(contract__owner__team=whom.team), self.period, self.rates)
        own = self.expected({name: theirs.of(self.period, name) for name in SHOWN})
        return _("what the team’s people own is %(share)s of it") % {"share": words.percent(own / target)}

    @property
    def series(self) -> list[Series]:
        """The columns of the sums."""
        buckets = [Series(name=str(words.BUCKETS[name]), is_aside=name in ASIDE) for name in SHOWN]
        return [*buckets, Series(name=_("Forecast"), is_aside=True), Series(name=_("Target"), is_mark=True)]

    def line(self, name: str, found: Mapping[str, Sum], target: Decimal | None, href: Any) -> Line:
        """One line of sums; `href` gives the address of a bucket's rows."""
        cells = [Cell(found[one].expected, words.money(found[one].expected), href(one)) for one in SHOWN]
        expected = self.expected(found)
        cells += [Cell(expected, words.money(expected), href("forecast")), Cell(target, words.money(target))]
        return Line(name=name, cells=cells, series=self.series)

    @cached_property
    def not_begun(self) -> ToCome:
        """What ends in these months and is too far away for its renewal to have begun."""
        clocks = self.filter.narrow(Clock.objects.filter(about_contracts_in_sight_of(self.user)))
        return worth_by_month(not_begun(clocks, self.whole, now=self.now), self.rates)

    def to_come(self, span: Period) -> Cell:
        """What of a period has not begun."""
        found = sum((self.not_begun.by_month.get(month.first, Sum()) for month in span.each_month), Sum())
        text = f"{words.money(found.expected)} ({found.count})" if found.count else "–"
        return Cell(found.expected, text, self.rows(span, "not_begun") if found.count else "")

    def over_time(self, title: str, spans: Sequence[Period]) -> Chart:
        """The sums of some periods."""
        series = [*self.series, Series(name=_("Not begun"), is_aside=True)]
        lines = []
        for span in spans:
            href = partial(self.rows, span)
            line = self.line(words.period(span), self.buckets(span), self.target(span, self.whom), href)
            cells = [*line.cells, self.to_come(span)]
            lines.append(replace(line, cells=cells, series=series, short=words.short(span)))
        has_target = any(self.target(span, self.whom) is not None for span in spans)
        note = _("The targets are for what the team’s people own; the sums count contracts that nobody owns too.")
        said = note if has_target and self.counts_nobodys else ""
        return Chart(kind=Kind.STACKED, title=title, first=_("Period"), series=series, lines=lines, note=said)

    @cached_property
    def by_month(self) -> Chart:
        return self.over_time(_("By month"), [month for span in self.spans for month in span.each_month])

    @cached_property
    def by_quarter(self) -> Chart:
        return self.over_time(_("By quarter"), self.spans)

    @cached_property
    def parts(self) -> Chart:
        """The quarter broken down, what is counted on most first."""
        found = self.quarter.parts
        named = self.names(key for key in found.named if key is not None)
        order = sorted(found.named, key=lambda key: (-self.expected(found.of(key)), named.get(key, "")))
        lines = [self.part_line(key, named.get(key, ""), found.of(key)) for key in order[:MOST_PARTS]]
        if left := found.others_than(order[:MOST_PARTS]):
            lines.append(self.line(_("%(n)d others") % {"n": left.many}, left.sums, None, lambda _bucket: ""))
        title = _("%(period)s by: %(part)s") % {"period": words.period(self.period), "part": words.PARTS[self.by]}
        return Chart(kind=Kind.STACKED, title=title, first=str(words.PARTS[self.by]), series=self.series, lines=lines)

    def part_line(self, key: Any, name: str, found: Mapping[str, Sum]) -> Line:
        """One team, person, product or segment."""
        said = str(key) if key not in (None, "") else NONE
        return self.line(
            name or _("without"), found, self.target(self.period, self.whom_of(key)),
            lambda bucket: self.rows(self.period, bucket, **{str(self.by): said}),
        )  # fmt: skip

    def names(self, keys: Iterable[Any]) -> dict[Any, str]:
        """What the parts are called."""
        if self.by == "segment":
            return {key: key for key in keys}
        model = {"csm": User, "team": Team, "product": Product}[self.by]
        return dict(model.objects.filter(pk__in=list(keys)).values_list("pk", "name"))  # type: ignore[attr-defined]

    @cached_property
    def moved(self) -> dict[Move, tuple[int, Decimal]]:
        return movement_sums(self.filter.qs, self.period, since=self.now - WEEK, rates=self.rates)

    @cached_property
    def movement(self) -> Chart:
        still_open = sum((self.sums.of(self.period, name).expected for name in OPEN), NOTHING)
        return pictures.movement(self.period, self.moved, still_open=still_open, href=partial(self.rows, self.period))

    @cached_property
    def retention(self) -> Chart:
        return pictures.retention(self.period, self.quarter.kept, href=lambda span: self.rows(span, "decided"))

    @cached_property
    def note(self) -> str:
        """In which currency all is, and which are in no figure: of renewals, of what has not begun, of targets."""
        missing = {*self.not_begun.without_rate}
        missing |= {*without_rate(self.filter.qs, self.whole, self.rates)} if self.sums.unrated else set()
        held = [(span, self.whom) for span in self.with_months]
        held += [(self.period, self.whom_of(part)) for part in self.quarter.parts.named]
        made = [one for period, whom in held for one in made_of(whom, period, self.targets)]
        missing |= {one.currency for one in made if self.rates.into_home(one.amount, one.currency) is None}
        return words.home_note(sorted(missing))

    @property
    def called(self) -> str:
        return words.period(self.period)
