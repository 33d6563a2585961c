"""People, customers, contracts, ledgers: the stored facts of who bought what."""

from accounts.models.contracts import Amendment, Contract, ContractTerm, Product
from accounts.models.customers import CalendarDay, Contact, Customer, WorkingCalendar
from accounts.models.ledgers import LedgerImport, LedgerMapping
from accounts.models.peaks import Peak
from accounts.models.people import Team, User
from accounts.models.prices import Price

__all__ = [
    "Amendment",
    "CalendarDay",
    "Contact",
    "Contract",
    "ContractTerm",
    "Customer",
    "LedgerImport",
    "LedgerMapping",
    "Peak",
    "Price",
    "Product",
    "Team",
    "User",
    "WorkingCalendar",
]
