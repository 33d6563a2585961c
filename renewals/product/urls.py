"""Addresses of the API."""

from django.urls import path

from renewals.product.api import api, nowhere, spoken_to

app_name = "product"

# The API looks itself up by its namespace, so its patterns are this module's own.
urlpatterns = [*api.urls[0], path("", nowhere, {"rest": ""}), path("<path:rest>", nowhere)]
for pattern in urlpatterns:
    assert pattern.callback is not None
    pattern.callback = spoken_to(pattern.callback)
