"""The services in which teams talk, an adapter each: what is posted where, and what their answers mean. Plain Python.

Each has `HOSTS`, `PATH` and `KEY` (where its addresses lead, and which parameter of theirs holds the key, "" for one
in the path), `SIGNS` (whether it takes a signing secret), `build` and `read`. None of the errors is told by the status
alone: they are read in the body.
"""

from __future__ import annotations

from types import ModuleType
from urllib.parse import SplitResult, parse_qs, urlsplit

from renewals.channels import dingtalk, feishu, slack, wecom

ADAPTERS: dict[str, ModuleType] = {"wecom": wecom, "dingtalk": dingtalk, "feishu": feishu, "slack": slack}
LONGEST_PUBLIC = 12
"""Characters of the longest word in an address that may still be no key."""


def is_plain(url: str) -> bool:
    """Whether an address has only letters that may stand in one as they are."""
    return url.isascii() and url.isprintable() and " " not in url


def service_of(url: str) -> str | None:
    """The service whose bots listen at an address: by HTTPS, at its own host, with a key. None for any other."""
    try:
        parts = urlsplit(url)
        at_home = is_plain(url) and parts.scheme == "https" and parts.port in (None, 443) and not parts.username
    except ValueError:
        return None
    return next((kind for kind, adapter in ADAPTERS.items() if at_home and leads_to(adapter, parts)), None)


def leads_to(adapter: ModuleType, parts: SplitResult) -> bool:
    """Whether an address is one of this service's own bots."""
    if parts.hostname not in adapter.HOSTS or not parts.path.startswith(adapter.PATH):
        return False
    return adapter.KEY in parse_qs(parts.query) if adapter.KEY else len(parts.path) > len(adapter.PATH)


def without_keys(said: str, *, url: str, secret: str) -> str:
    """A text without what must stay between the portal and the service: some repeat the key in their answers."""
    parts = urlsplit(url)
    words = [word for values in parse_qs(parts.query).values() for word in values] + parts.path.split("/")
    for word in (url, secret, *(word for word in words if len(word) > LONGEST_PUBLIC)):
        said = said.replace(word, "…") if word else said
    return said
