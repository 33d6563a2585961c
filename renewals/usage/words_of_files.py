"""Why a line of a file, or all of it, cannot be taken, in words with the way out."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.ledger import words as ledger_words
from accounts.ledger.findings import Unreadable

REFUSALS: Mapping[str, Promise] = {
    "contract": gettext_lazy("No contract that you may see has this number."),
    "product": gettext_lazy("This number does not cover that product. Write the product’s code."),
    "several": gettext_lazy("This number covers several products. Name one, by its code, in a column “product”."),
    "at": gettext_lazy("This is no time. Write one such as 2026-05-15 15:00, or 2026-05-15T15:00+08:00."),
    "future": gettext_lazy("This time is still to come."),
    "metric": gettext_lazy("Name the metric, in at most 60 characters."),
    "value": gettext_lazy("This is no number."),
    "user": gettext_lazy("A user’s id has at most 200 characters."),
}


def refusal(why: str) -> str:
    """Why a line is not taken."""
    return str(REFUSALS[why])


def unreadable(problem: Unreadable) -> str:
    """Why a file cannot be read at all."""
    if problem.code == "missing":
        missing = ", ".join(map(str, problem.params["missing"]))  # type: ignore[call-overload]
        said = _(
            "There is no column headed %(missing)s. The first line names the columns: contract, at, metric, value."
        )
        return said % {"missing": missing}
    if problem.code == "too_long":
        most = problem.params["most"]
        return _("A file may have %(most)s rows. Make several of it.") % {"most": f"{most:,}"}
    if problem.code == "empty":
        return _("The file is empty.")
    if problem.code == "not_a_ledger":
        return _("This is no CSV file. Save the table as CSV, and choose that file.")
    return ledger_words.unreadable(problem.code, problem.params, on_page=True)
