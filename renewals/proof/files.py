"""The proof as a download."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

from django.http import FileResponse

from accounts.models import Contract
from renewals.proof.records import Side
from renewals.proof.services import as_json, as_paper, proof_of


def proof_file(contract: Contract, *, side: Side, kind: str, language: str, now: datetime) -> FileResponse:
    """The file of one contract: `kind` is json or pdf. Raises `papers.NoPapers`. Never kept by a cache on the way."""
    proof = proof_of(contract, side=side, now=now)
    content = as_json(proof) if kind == "json" else as_paper(proof, language=language)
    name = f"{contract.number}-{contract.product.code}-{now:%Y-%m-%dT%H%MZ}.proof.{kind}".replace("/", "-")
    answer = FileResponse(BytesIO(content), as_attachment=True, filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer
