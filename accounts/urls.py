"""Addresses of the pages that change what was promised. They come before those of `renewals`: one takes any number."""

from django.urls import path

from accounts.views import contacts, contracts, customers, explain, imports, peaks, prices, products

app_name = "accounts"
urlpatterns = [
    # /contracts/
    path("contract/new/", contracts.add, name="contract_add"),
    path("contract/edit/<int:pk>/", contracts.edit, name="contract_edit"),
    path("contract/explain/", explain.explain, name="explain"),
    # /customers/, the people there, and when their work peaks
    path("customers/new/", customers.add, name="customer_add"),
    path("customers/suggest/", customers.suggest, name="customer_suggest"),
    path("customers/<int:pk>/edit/", customers.edit, name="customer_edit"),
    path("customers/<int:customer_pk>/contacts/new/", contacts.add, name="contact_add"),
    path("contacts/<int:pk>/", contacts.edit, name="contact_edit"),
    path("customers/<int:customer_pk>/peaks/new/", peaks.add, name="peak_add"),
    path("peaks/<int:pk>/", peaks.edit, name="peak_edit"),
    path("peaks/<int:pk>/remove/", peaks.remove, name="peak_remove"),
    # /products/
    path("products/", products.products, name="products"),
    path("products/new/", products.add, name="product_add"),
    path("products/<int:pk>/", products.edit, name="product_edit"),
    path("products/<int:pk>/prices/", prices.prices, name="prices"),
    path("prices/<int:pk>/remove/", prices.remove, name="price_remove"),
    # /imports/
    path("imports/", imports.imports, name="imports"),
    path("imports/<int:pk>/", imports.ledger, name="import"),
    path("imports/<int:pk>/again/", imports.again, name="import_again"),
    path("imports/<int:pk>/take/", imports.take, name="import_take"),
    path("imports/<int:pk>/refused/", imports.refused, name="import_refused"),
]
