"""Renewals, what they pass through, and by which rates their money is added up."""

from renewals.pipeline.models.rates import ExchangeRate
from renewals.pipeline.models.renewals import Opening, Renewal, RenewalChange
from renewals.pipeline.models.stages import Category, Ends, LossReason, Stage
from renewals.pipeline.models.views import SavedView

__all__ = [
    "Category",
    "Ends",
    "ExchangeRate",
    "LossReason",
    "Opening",
    "Renewal",
    "RenewalChange",
    "SavedView",
    "Stage",
]
