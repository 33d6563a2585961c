"""Addresses of the API."""

from django.urls import path, re_path

from renewals.product.api import api, nowhere, spoken_to

app_name = "product"

# The API looks itself up by its namespace, so its patterns are this module's own. Ninja's own
# root says nothing that a machine could read; the last is found in every address, in one with line breaks too.
urlpatterns = [path("", nowhere), *api.urls[0], re_path("", nowhere)]
for pattern in urlpatterns:
    assert pattern.callback is not None
    pattern.callback = spoken_to(pattern.callback)
