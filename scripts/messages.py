"""Refreshes locale/zh_Hans from the code and the templates (`make messages`), ready to be translated."""

from __future__ import annotations

import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")


def extract() -> None:
    """Run makemessages with the options that keep the catalogue quiet: no locations, no wrapping."""
    import django
    from django.core.management import call_command
    from django.core.management.commands.makemessages import Command

    os.chdir(ROOT)
    django.setup()
    Command.xgettext_options = [*Command.xgettext_options, "--keyword=_now"]  # gettext's name beside the lazy one
    call_command(
        "makemessages",
        locale=["zh_Hans"],
        no_location=True,
        no_wrap=True,
        no_obsolete=True,
        extensions=["html", "txt", "py"],
        ignore_patterns=[".venv/*", "var/*", "node_modules/*", "static/*", "tests/*", "bench/*", "scripts/*"],
        verbosity=0,
    )
    leave_out_dates()


def leave_out_dates() -> None:
    """Remove what is another after each run though no message is."""
    catalogue = ROOT / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    lines = catalogue.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(('"POT-Creation-Date', '"Report-Msgid-Bugs'))]
    catalogue.write_text("".join(kept), encoding="utf-8")


if __name__ == "__main__":
    extract()
