"""The WSGI entry point. A server that names no mode is production, with production's demands."""

import gc
import os

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")
os.environ.setdefault("CSPORTAL_MODE", "production")

application = get_wsgi_application()

# All views are loaded before the first page is asked for; and what lives as long as the process is not gone through
# again by the garbage collector while somebody waits.
get_resolver().url_patterns  # noqa: B018
gc.collect()
gc.freeze()
