"""The project package as an app: what must hold of a portal that starts."""

from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "csportal"

    def ready(self) -> None:
        from csportal import checks  # noqa: F401  (registers itself)
