"""The usual story, at the door: Lin's link, and a browser that nobody knows yet."""

from tests.renewals.page.conftest import contract, link, told, visit

__all__ = ["contract", "link", "told", "visit"]
