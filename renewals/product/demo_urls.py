"""Address of the stand-in for the vendor's product."""

from django.urls import path

from renewals.product.stand_in import stand_in

app_name = "demo"
urlpatterns = [path("", stand_in, name="product")]
