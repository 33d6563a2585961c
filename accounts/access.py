"""Who asks: the request of a page that only the vendor's people may open."""

from __future__ import annotations

from accounts.models import User
from csportal.clock import TimedRequest


class StaffRequest(TimedRequest):
    """A request of somebody who has logged in: views behind `login_required` take this one."""

    user: User
