"""The HTTP API for the vendor's systems: one file a noun, all of it described at `/api/v1/openapi.json`."""

from renewals.product.api import contracts, entitlements, signals
from renewals.product.api.core import api, nowhere, spoken_to

__all__ = ["api", "contracts", "entitlements", "nowhere", "signals", "spoken_to"]
