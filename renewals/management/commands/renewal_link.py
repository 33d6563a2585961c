"""`renewal_link NUMBER [--contact E-MAIL]`: a fresh link to the customer's page."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.models import Contact, Contract
from csportal import clock
from renewals.links.services import address_of, fresh_link


class Command(BaseCommand):
    """Without `--contact` the link is nobody's in particular, as the vendor's product shows it."""

    help = "Print a fresh address of a contract's renewal page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("number", help="the contract's number")
        parser.add_argument("--contact", metavar="E-MAIL", help="whose link it is")
        parser.add_argument("--product", metavar="CODE", help="the product, where the number covers several")

    def handle(self, *, number: str, contact: str | None, product: str | None, **_options: Any) -> None:
        contract = the_contract(number, product)
        person = None if contact is None else the_contact(contract, contact)
        self.stdout.write(address_of(fresh_link(contract, person, now=clock.now())))


def the_contract(number: str, product: str | None) -> Contract:
    """The one contract that is meant, or a message that says how to mean one."""
    found = list(Contract.objects.numbered(number).select_related("product"))
    codes = [contract.product.code for contract in found]
    if not found:
        raise CommandError(f"No contract has the number {number}.")
    if product is not None and product not in codes:
        raise CommandError(f"{number} does not cover {product}. It covers: {', '.join(codes)}.")
    if product is None and len(found) > 1:
        raise CommandError(f"{number} covers several products. Name one with --product: {', '.join(codes)}.")
    return next(contract for contract in found if product in (None, contract.product.code))


def the_contact(contract: Contract, email: str) -> Contact:
    """The customer's contact with this address."""
    person = Contact.objects.filter(customer=contract.customer_id, email__iexact=email).first()
    if person is None:
        raise CommandError(f"The customer of {contract.number} has no contact with the address {email}.")
    return person
