"""What the log must not repeat: addresses that open something for whoever reads them."""

from __future__ import annotations

import logging
import re

SECRET = re.compile(r"(/r/|/password/reset/key/)[^/\s]+")


class WithoutSecrets(logging.Filter):
    """Masks the secret part of renewal links and of links to a new password."""

    def filter(self, record: logging.LogRecord) -> bool:
        said = record.getMessage()
        if SECRET.search(said):
            record.msg, record.args = SECRET.sub(r"\1…", said), None
        return True
