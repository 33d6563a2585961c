"""The portal as its web server runs it, with the two addresses of `bench.urls`."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "csportal.settings")

from django.conf import settings
from django.core.wsgi import get_wsgi_application

settings.ROOT_URLCONF = "bench.urls"
application = get_wsgi_application()
