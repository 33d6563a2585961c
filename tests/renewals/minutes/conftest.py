"""Two teams at T, as at the desk."""

from tests.renewals.desk.conftest import enter, house

__all__ = ["enter", "house"]
