"""The story of `tests.renewals.usage`: Lan Tu's contract of two years, and signals of use."""

from tests.renewals.usage.conftest import contract, reports, use

__all__ = ["contract", "reports", "use"]
