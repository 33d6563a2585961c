"""The WSGI entry point. A server that names no mode is production, with production's demands."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")
os.environ.setdefault("CSPORTAL_MODE", "production")

application = get_wsgi_application()
