"""The ASGI entry point. A server that names no mode is production, with production's demands."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")
os.environ.setdefault("CSPORTAL_MODE", "production")

application = get_asgi_application()
