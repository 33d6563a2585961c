"""One contract's proof as a file of records and as a paper, for the vendor or for the customer (rule 24)."""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts import terms
from accounts.models import Contract
from renewals import papers
from renewals.macs import mac
from renewals.proof.chain import HASH, START, chained, first_broken
from renewals.proof.records import Side, records_of, utc

FORMAT = "23:59 proof 1"
INSTANTS = ("at", "made_at", "stands_until", "withdrawn_at")
KINDS = ("promise", "offer", "signature", "event", "letter")


class Doubtful(ValueError):
    """A file that proves nothing. The message says why, in the reader's language."""


def proof_of(contract: Contract, *, side: Side, now: datetime) -> dict[str, Any]:
    """Everything promised, told, opened and done until `now`, each record with its hash, and the portal's seal."""
    about = {
        "record": "about",
        "format": FORMAT,
        "made_at": utc(now),
        "for": str(side),
        "contract": contract.number,
        "product": contract.product.code,
        "product_name": contract.product.name,
        "customer": contract.customer.name,
        "time_zone": contract.customer.time_zone,
        "zone_data": terms.zone_data_release(),
    }
    records = chained([about, *records_of(contract, side=side, now=now)])
    return {"format": FORMAT, "records": records, "head": head_of(records), "seal": seal_of(head_of(records))}


def head_of(records: list[dict[str, Any]]) -> str:
    """The hash that stands for all of the records."""
    return str(records[-1][HASH]) if records else START


def seal_of(head: str) -> str:
    """What only this portal can set under a file: a keyed hash of its last hash."""
    return mac("renewals.proof", head).hex()


def as_json(proof: Mapping[str, Any]) -> bytes:
    """The file as it is saved: UTF-8, for people to read too."""
    return json.dumps(proof, ensure_ascii=False, indent=1).encode() + b"\n"


def as_paper(proof: Mapping[str, Any], *, language: str) -> bytes:
    """The same as a PDF in one language, with the hashes. Raises `papers.NoPapers`."""
    about, *records = [readable(record, language) for record in proof["records"]]
    kinds = {kind: [record for record in records if record["record"] == kind] for kind in KINDS}
    context = {"about": about, "head": proof["head"], "seal": proof["seal"], **kinds}
    return papers.paper("proof/paper.html", context, language=language)


def readable(record: Mapping[str, Any], language: str) -> dict[str, Any]:
    """A record as a paper shows it: texts in one language, instants as instants."""
    texts = {name: said[language] for name, said in record.items() if isinstance(said, dict)}
    instants = {name: datetime.fromisoformat(record[name]) for name in INSTANTS if record.get(name)}
    return {**record, **texts, **instants}


def check(content: bytes) -> dict[str, Any]:
    """A file that somebody shows, where each record is as this portal wrote it. Raises Doubtful."""
    try:
        proof = json.loads(content)
        records, head, seal = proof["records"], proof["head"], proof["seal"]
        place = first_broken(records)
        is_sealed = hmac.compare_digest(str(seal).encode(), seal_of(str(head)).encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as problem:
        raise Doubtful(_("This is no proof file of the portal.")) from problem
    if place is not None:
        raise Doubtful(_("Record %(number)d is not as it was written.") % {"number": place + 1})
    if head != head_of(records):
        raise Doubtful(_("Records at the end are missing, or the file’s last hash was changed."))
    if not is_sealed:
        raise Doubtful(_("The records fit together, but this portal did not seal them."))
    return dict(proof)
