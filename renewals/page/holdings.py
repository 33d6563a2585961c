"""What is held about a customer, as a file for one of their people: their own facts whole, colleagues by name."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import FileResponse

from accounts import terms
from accounts.models import Contact, Contract, Customer
from renewals.answers.models import Answer
from renewals.appointments.models import Appointment
from renewals.appointments.reading import is_of
from renewals.door.models import DoorMail
from renewals.door.services import masked
from renewals.links.models import RenewalLink
from renewals.links.services import without_keys
from renewals.proof.records import Side, records_of, utc
from renewals.usage.models import UsageSignal

FORMAT = "23:59 holdings 1"


def holdings_file(link: RenewalLink, *, now: datetime) -> FileResponse:
    """The file, for the person of the link. Never kept by a cache on the way."""
    content = json.dumps(holdings_of(link, now=now), ensure_ascii=False, indent=1).encode() + b"\n"
    contract = link.contract
    name = f"{contract.number}-{contract.product.code}-{now:%Y-%m-%dT%H%MZ}.data.json".replace("/", "-")
    answer = FileResponse(BytesIO(content), as_attachment=True, filename=name)
    answer.headers["Cache-Control"] = "no-store"
    return answer


def holdings_of(link: RenewalLink, *, now: datetime) -> dict[str, Any]:
    """All that is kept about them and one contract, as plain values; instants in UTC. A constant number of queries.

    What the vendor's people note among themselves is not in it, nor what opens a door: keys, codes, addresses of pages.
    """
    contract, customer = link.contract, link.contract.customer
    return {
        "format": FORMAT,
        "made_at": utc(now),
        "zone_data": terms.zone_data_release(),
        "contract": {"number": contract.number, "product": contract.product.name, "kind": contract.kind},
        "company": company(customer),
        "you": person(link.contact) if link.contact else None,
        "people": [{"name": one.name, "role": one.role} for one in customer.contacts.order_by("name", "pk")],
        "busy_times": [{"name": peak.name, "when": peak.kind, "note": peak.note} for peak in customer.peaks.standing()],
        "record": list(record(link, now=now)),
        "answers": list(answers(link)),
        "calls": list(calls(link)),
        "pages": list(pages(contract)),
        "use": list(use(contract)),
    }


def record(link: RenewalLink, *, now: datetime) -> Iterator[dict[str, Any]]:
    """What is on record about the contract; how a colleague is reached stays the colleague's."""
    own = link.contact.email if link.contact else ""
    for one in records_of(link.contract, side=Side.CUSTOMER, now=now):
        yield one | {"to": masked(one["to"])} if "to" in one and one["to"] != own else one


def company(customer: Customer) -> dict[str, Any]:
    return {
        "name": customer.name,
        "country": str(customer.country),
        "time_zone": customer.time_zone,
        "language": customer.language,
        "segment": customer.segment,
        "manager": customer.owner.name if customer.owner else "",
    }


def person(contact: Contact) -> dict[str, Any]:
    """The reader as they are known: how they are reached, and when."""
    return {
        "name": contact.name,
        "form_of_address": contact.salutation,
        "email": contact.email,
        "phone": contact.phone,
        "role": contact.role,
        "prefers": contact.channel,
        "time_zone": contact.zone,
        "language": contact.reads,
        "is_told_about_ends": contact.gets_notices,
        "may_be_written_to_at_any_hour": contact.any_hour,
        "may_sign": contact.may_sign,
    }


def answers(link: RenewalLink) -> Iterator[dict[str, Any]]:
    """What the reader wrote back; a colleague's mail is the colleague's. Quoted letters open nothing."""
    theirs = Answer.objects.filter(contract=link.contract, contact=link.contact, contact__isnull=False)
    for answer in theirs.order_by("received_at", "pk"):
        yield {
            "received_at": utc(answer.received_at),
            "from": answer.sender,
            "subject": without_keys(answer.subject),
            "text": without_keys(answer.text),
            "attachments": answer.attachments,
        }


def calls(link: RenewalLink) -> Iterator[dict[str, Any]]:
    """The calls that somebody there chose a time for; the number alone of those that the reader asked for."""
    for call in Appointment.objects.filter(contract=link.contract).select_related(
        "contact", "user", "contract__customer"
    ):
        yield {
            "asked_for_by": call.asked_by,
            "asked_at": utc(call.asked_at),
            "starts_at": utc(call.starts_at),
            "time_zone": call.time_zone,
            "with": call.user.name,
            "phone": call.phone if is_of(call, link.contact) else None,
            "called_off_at": utc(call.off_at) if call.off_at else None,
            "outcome": call.outcome,
        }


def pages(contract: Contract) -> Iterator[dict[str, Any]]:
    """Which pages were opened for whom, and which mails were asked for there."""
    for link in RenewalLink.objects.filter(contract=contract).select_related("contact").order_by("made_at", "pk"):
        yield {
            "what": "page",
            "for": link.contact.name if link.contact else "product",
            "made_at": utc(link.made_at),
            "expires_at": utc(link.expires_at),
            "revoked_at": utc(link.revoked_at) if link.revoked_at else None,
        }
    for mail in DoorMail.objects.filter(link__contract=contract).select_related("contact").order_by("made_at", "pk"):
        yield {"what": mail.kind, "for": mail.contact.name, "made_at": utc(mail.made_at)}


def use(contract: Contract) -> Iterator[dict[str, Any]]:
    """Every figure of use that their product sent; people in it have no name here either."""
    rows = UsageSignal.objects.filter(contract=contract).order_by("at", "pk")
    for at, metric, value in rows.values_list("at", "metric", "value"):
        yield {"at": utc(at), "metric": metric, "value": value}
