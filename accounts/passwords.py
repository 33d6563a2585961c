"""How a password is refused: in the reader's language, also where Django's own catalogue is behind."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext


class LengthValidator(MinimumLengthValidator):
    """So many characters at the least."""

    def get_error_message(self) -> str:
        return gettext("This password is too short: it takes %(count)d characters at least.") % {
            "count": self.min_length
        }

    def get_help_text(self) -> str:
        return gettext("It takes %(count)d characters at least.") % {"count": self.min_length}
