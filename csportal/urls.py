"""Where everything is."""

from allauth.account import views as door
from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.urls import include, path, re_path

from accounts.views import language
from csportal.health import healthz, readyz

# One door, with one limit on wrong passwords: the administration has no log-in of its own.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Of allauth's pages those that let people in. Their addresses an administrator changes, nobody by themselves.
entrance = [
    path("login/", door.login, name="account_login"),
    path("logout/", door.logout, name="account_logout"),
    path("inactive/", door.account_inactive, name="account_inactive"),
    path("signup/", door.signup, name="account_signup"),
    path("reauthenticate/", door.reauthenticate, name="account_reauthenticate"),
    path("password/change/", door.password_change, name="account_change_password"),
    path("password/set/", door.password_set, name="account_set_password"),
    path("password/reset/", door.password_reset, name="account_reset_password"),
    path("password/reset/done/", door.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        door.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("password/reset/key/done/", door.password_reset_from_key_done, name="account_reset_password_from_key_done"),
]

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    path("api/v1/", include("renewals.product.urls")),  # asked at every login of the vendor's product: first
    path("language/", language.choose, name="set_language"),
    path("accounts/", include(entrance)),
    path("admin/", admin.site.urls),
    path("", include("accounts.urls")),
    path("", include("renewals.urls")),
]
