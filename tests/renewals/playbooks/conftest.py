"""The house of the desk's tests: two teams, and a browser for each of them."""

from tests.renewals.desk.conftest import enter, house, lan_tu

__all__ = ["enter", "house", "lan_tu"]
