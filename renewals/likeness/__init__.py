"""Whether a letter was written for one customer, or repeats what another was sent (rule 14). Plain Python.

`judge` puts it all together for approval; its parts serve while somebody types. `docs/likeness.md` says what is
masked, what counts as a repeat, and how well the two are told apart.
"""

from renewals.likeness.comparing import Repeated, Repeats, compare
from renewals.likeness.courtesy import Kind
from renewals.likeness.earlier import Earlier
from renewals.likeness.facts import Fact, cites, names_minute
from renewals.likeness.judging import FACTS_NEEDED, Reason, Verdict, judge
from renewals.likeness.placeholders import placeholders
from renewals.likeness.prints import Prints, Sentence, prints

__all__ = [
    "FACTS_NEEDED",
    "Earlier",
    "Fact",
    "Kind",
    "Prints",
    "Reason",
    "Repeated",
    "Repeats",
    "Sentence",
    "Verdict",
    "cites",
    "compare",
    "judge",
    "names_minute",
    "placeholders",
    "prints",
]
