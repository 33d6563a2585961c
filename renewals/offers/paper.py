"""The order confirmation: what was signed, as a paper in one language, for both sides."""

from __future__ import annotations

import json
import logging
from datetime import date, datetime
from email.mime.application import MIMEApplication
from io import BytesIO
from typing import Any

from django.http import FileResponse

from accounts import terms
from accounts.models import ContractTerm
from renewals import papers
from renewals.offers.models import Agreement
from renewals.offers.paying import words_in

logger = logging.getLogger(__name__)


def confirmation(agreement: Agreement, *, language: str) -> bytes:
    """The PDF. It is made from the signed text alone: what stands in it is what was hashed. Raises `NoPapers`."""
    said = json.loads(agreement.text)
    context = readable(said) | {"hash": agreement.sha256, "due": due(said.get("payment"), language)}
    return papers.paper("offers/paper.html", context, language=language)


def due(said: dict[str, Any] | None, language: str) -> dict[str, Any] | None:
    """By which day it is paid, and the company's words on it; None where nothing is, or it was signed before that."""
    return said and {"on": date.fromisoformat(said["due_on"]), "words": words_in(language, said["words"])}


def readable(said: dict[str, Any]) -> dict[str, Any]:
    """The signed text with its instants, its minute and its numbers as such."""
    return said | {
        "length": terms.parse_term(said["term"]),
        "last": datetime.fromisoformat(said["last_minute"]),
        "starts": datetime.fromisoformat(said["starts_at"]),
        "signed": datetime.fromisoformat(said["signature"]["at"]),
    }


def file_name(agreement: Agreement) -> str:
    """What the file is called where it is saved."""
    return f"{agreement.contract.number}-{agreement.signed_at:%Y-%m-%dT%H%MZ}.confirmation.pdf".replace("/", "-")


def confirmation_file(agreement: Agreement, *, language: str) -> FileResponse:
    """The same to be saved, and kept by no cache on the way. Raises `NoPapers`."""
    pdf = BytesIO(confirmation(agreement, language=language))
    answer = FileResponse(pdf, as_attachment=True, filename=file_name(agreement))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def enclosed_with(term: ContractTerm, *, language: str) -> list[MIMEApplication]:
    """What lies with the thanks for a renewal: its confirmation. A machine that sets no type sends the thanks alone."""
    agreement = Agreement.objects.filter(term=term).select_related("contract").first()
    if agreement is None:
        return []
    try:
        pdf = confirmation(agreement, language=language)
    except papers.NoPapers as problem:
        logger.warning("No order confirmation in the mail: %s", problem)
        return []
    part = MIMEApplication(pdf, "pdf")
    part.add_header("Content-Disposition", "attachment", filename=file_name(agreement))
    return [part]
