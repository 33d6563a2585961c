#!/usr/bin/env python
"""Runs the project's commands, on the database of DATABASE_URL or on the embedded one."""

import os
import sys
import warnings

WITHOUT_DATABASE = {
    "collectstatic", "compilemessages", "diffsettings", "explain_term", "findstatic", "help", "makemessages",
    "makemigrations", "version",
}  # fmt: skip


def needs_database(arguments: list[str]) -> bool:
    """Whether a command line asks for anything that is kept."""
    if not arguments or "--help" in arguments or "-h" in arguments or arguments[0].startswith("-"):
        return False
    if arguments[0] == "check":
        return any(argument.startswith("--data") for argument in arguments)
    return arguments[0] not in WITHOUT_DATABASE


def main() -> int:
    """Start or find the database where the command needs one, then run the command."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from csportal.database import DatabaseNotThere, ensure_database

    # makemigrations would ask the database whether its history fits; without one it has nothing to warn of.
    warnings.filterwarnings("ignore", "Got an error checking a consistent migration history")
    try:
        if needs_database(sys.argv[1:]):
            ensure_database()
        execute_from_command_line(sys.argv)
    except (DatabaseNotThere, ImproperlyConfigured) as problem:
        sys.stderr.write(f"{problem}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
