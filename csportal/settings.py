"""All settings. Each comes from the environment, with a default that is safe on one machine: see `.env.example`."""

from __future__ import annotations

import os
import re
from pathlib import Path
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured
from django.core.management.utils import get_random_secret_key
from django.utils.translation import gettext_lazy

from csportal.online import ways_to_pay
from csportal.providers import SMTP, anymail_settings, mailbox_of, provider_of, reply_to_of

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()
environ.Env.read_env(BASE_DIR / ".env")


def one_of(name: str, default: str, allowed: tuple[str, ...]) -> str:
    """The variable `name`, refused unless it is one of `allowed`: a typing error must not start a portal."""
    value = env.str(name, default)
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} is {value!r}; it must be one of {', '.join(allowed)}.")
    return value


def local_secret_key(var: Path) -> str:
    """A secret of this checkout alone, made on first use: never in the repository, never the same twice."""
    path = var / "secret_key"
    if not path.exists():
        var.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(f".{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(get_random_secret_key())
        try:
            os.link(fresh, path)
        except FileExistsError:
            pass  # another process was first: its key counts
        finally:
            fresh.unlink()
    return path.read_text().strip()


def secret_key(*, production: bool, var: Path) -> str:
    """The key from the environment. Production refuses to start on a missing, short or demo one."""
    key = env.str("CSPORTAL_SECRET_KEY", "")
    if not production:
        return key or local_secret_key(var)
    if len(key) < 40 or "demo" in key.lower() or "change-me" in key.lower():
        raise ImproperlyConfigured(
            "CSPORTAL_SECRET_KEY is missing, shorter than 40 characters, or a demo key. Make one with: "
            "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        )
    return key


def model_address(*, name: str, key: str) -> str:
    """Where a language model answers, without a slash at the end; "" where none is asked. Refused when half said."""
    url = env.str("CSPORTAL_MODEL_URL", "")
    if bool(url) != bool(name) or (key and not url):
        raise ImproperlyConfigured("CSPORTAL_MODEL_URL and CSPORTAL_MODEL_NAME go together: set both, or neither.")
    parts = urlsplit(url)
    if url and (parts.scheme not in ("https", "http") or not parts.hostname or "@" in parts.netloc or parts.query):
        raise ImproperlyConfigured(
            "CSPORTAL_MODEL_URL must look like https://api.example.com/v1: no user, no password, nothing after a “?”."
        )
    return url.rstrip("/")


def currency_code(said: str) -> str:
    """Three capital letters, or refused: money is added up in it."""
    if not re.fullmatch("[A-Z]{3}", said):
        raise ImproperlyConfigured("CSPORTAL_HOME_CURRENCY is three capital letters, such as CNY.")
    return said


MODE = one_of("CSPORTAL_MODE", "local", ("local", "production"))
PRODUCTION = MODE == "production"
DEBUG = env.bool("CSPORTAL_DEBUG", False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("CSPORTAL_DEBUG=1 shows internals to strangers: not with CSPORTAL_MODE=production.")

CSPORTAL_VAR = (BASE_DIR / env.str("CSPORTAL_VAR", "var")).resolve()
environ.Env.read_env(CSPORTAL_VAR / "running.env")  # how the portal that `make run` runs is reached
SECRET_KEY = secret_key(production=PRODUCTION, var=CSPORTAL_VAR)
PORT = env.int("PORT", 8000)
CSPORTAL_BASE_URL = env.str("CSPORTAL_BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
BEHIND_TLS = CSPORTAL_BASE_URL.startswith("https://")
CSPORTAL_ALLOW_TIME_TRAVEL = env.bool("CSPORTAL_ALLOW_TIME_TRAVEL", False)
CSPORTAL_DEFAULT_ZONE = env.str("CSPORTAL_DEFAULT_ZONE", "Asia/Shanghai")
CSPORTAL_DEFAULT_COUNTRY = env.str("CSPORTAL_DEFAULT_COUNTRY", "CN")
CSPORTAL_HOME_CURRENCY = currency_code(env.str("CSPORTAL_HOME_CURRENCY", "CNY"))
CSPORTAL_DEMO_DATA = env.bool("CSPORTAL_DEMO_DATA", True)
CSPORTAL_API_PER_MINUTE = env.int("CSPORTAL_API_PER_MINUTE", 30_000)
CSPORTAL_VENDOR_NAME = env.str("CSPORTAL_VENDOR_NAME", "云笔协作")
# Where `accounts` says that facts of contracts have changed: the one seam between the two apps.
CSPORTAL_FACTS_CHANGED = "renewals.pipeline.following.facts_changed"
CSPORTAL_HOURS_CHANGED = "renewals.playbooks.laying.hours_changed"
CSPORTAL_PEOPLE_CHANGED = "renewals.playbooks.laying.people_changed"
# Who knows which papers lie with the thanks for a renewal.
CSPORTAL_RECEIPT_PAPERS = "renewals.offers.paper.enclosed_with"
# Where the timeline says which events were recorded: what the vendor's systems are called about.
CSPORTAL_EVENTS_RECORDED = "renewals.pipeline.following.events_recorded"
CSPORTAL_ALLOW_PRIVATE_CALLS = env.bool("CSPORTAL_ALLOW_PRIVATE_CALLS", False)
# A language model of the company's own choice. Not set: none is asked, and no customer's data leaves.
CSPORTAL_MODEL_NAME = env.str("CSPORTAL_MODEL_NAME", "")
CSPORTAL_MODEL_KEY = env.str("CSPORTAL_MODEL_KEY", "")
CSPORTAL_MODEL_URL = model_address(name=CSPORTAL_MODEL_NAME, key=CSPORTAL_MODEL_KEY)
CSPORTAL_MODEL_SECONDS = env.int("CSPORTAL_MODEL_SECONDS", 60)

# Paying: by invoice always; online by a provider of django-payments, where one is named.
CSPORTAL_PAYMENT_PROVIDERS = ["renewals.payments.by_invoice.ByInvoice", "renewals.payments.online.Online"]
PAYMENT_VARIANTS = ways_to_pay(
    env.str("CSPORTAL_PAY_ONLINE", ""), env.str("CSPORTAL_PAY_ONLINE_WITH", ""), production=PRODUCTION
)
PAYMENT_MODEL = "renewals.Payment"
PAYMENT_HOST, PAYMENT_USES_SSL = urlsplit(CSPORTAL_BASE_URL).netloc, BEHIND_TLS

ALLOWED_HOSTS = env.list("CSPORTAL_ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
if host := urlsplit(CSPORTAL_BASE_URL).hostname:
    ALLOWED_HOSTS.append(host)
CSRF_TRUSTED_ORIGINS = [CSPORTAL_BASE_URL]

INSTALLED_APPS = [
    "accounts",
    "renewals",
    "csportal",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_tables2",
    "django_filters",
    "django_htmx",
    "django_q",
    "payments",
    "csp",
]

MIDDLEWARE = [
    "csportal.health.answer_health",
    "django.middleware.security.SecurityMiddleware",
    "csportal.clock.stamp_request",
    "renewals.product.quick.answer_first",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.end_logins",
    "accounts.middleware.activate_preferences",
    "csportal.refusals.explain_not_allowed",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]

ROOT_URLCONF = "csportal.urls"
WSGI_APPLICATION = "csportal.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "accounts.context.portal",
            ],
        },
    },
]

# A harmless default: tools that import the settings (mypy, makemessages) need no server.
# `csportal.database` puts the embedded server's address into DATABASE_URL for the rest.
DATABASES = {"default": env.db_url("DATABASE_URL", default="postgresql:///portal")}
DATABASES["default"]["CONN_MAX_AGE"] = env.int("CSPORTAL_CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A network that swallows packets is noticed after 25 seconds, not after the system's two hours; the address may differ.
NOTICED = {"connect_timeout": 5, "keepalives_idle": 10, "keepalives_interval": 5, "keepalives_count": 3}
NOTICED |= {"tcp_user_timeout": 20_000}
DATABASES["default"]["OPTIONS"] = NOTICED | DATABASES["default"].get("OPTIONS", {})
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {"default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "portal_cache"}}

WORKERS, QUEUE_LIMIT, TASK_SECONDS = env.int("CSPORTAL_WORKERS", 2), 2, 300
Q_CLUSTER = {
    "name": "portal",
    "orm": "default",
    "workers": WORKERS,
    "queue_limit": QUEUE_LIMIT,
    "bulk": 1,
    "timeout": TASK_SECONDS,
    # A task that waits in a cluster's hand must not be taken twice: longer than all before it may take.
    "retry": TASK_SECONDS * (2 + (QUEUE_LIMIT + 1) // max(WORKERS, 1)),
    "max_attempts": 3,
    "ack_failures": False,
    "catch_up": False,
    "scheduler": False,
    "save_limit": 1000,
    "recycle": 500,
    "label": gettext_lazy("Background work"),
}

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.passwords.LengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "desk:today"
ACCOUNT_ADAPTER = "accounts.adapter.StaffAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# Strangers cannot make the portal write to whatever address they type.
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = False
# Ten wrong passwords a minute from one address; so many for one account that nobody can keep a colleague out.
ACCOUNT_RATE_LIMITS = {"login_failed": "10/m/ip,60/5m/key"}

TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True
LANGUAGE_CODE = "en"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "locale"]

STATIC_URL = "static/"
# Locally files are served from where they are written; production serves what `collectstatic` gathered.
STATIC_ROOT = CSPORTAL_VAR / "static" if PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "csportal.statics.GzippedManifestStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
MEDIA_ROOT = CSPORTAL_VAR / "files"  # ledgers and their refused rows: never served by address
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
CSPORTAL_LEDGER_MAX_BYTES = env.int("CSPORTAL_LEDGER_MAX_BYTES", 50_000_000)

# How letters leave: by SMTP, or by a provider's interface; how what comes back comes in.
ANYMAIL = anymail_settings(os.environ) | {"IGNORE_UNSUPPORTED_FEATURES": True, "REQUESTS_TIMEOUT": 10}
CSPORTAL_MAIL_PROVIDER = env.str("CSPORTAL_MAIL_PROVIDER", "")
PROVIDER = provider_of(CSPORTAL_MAIL_PROVIDER, anymail_settings(os.environ))
EMAIL_BACKEND = PROVIDER.backend if PROVIDER else SMTP
CSPORTAL_MAIL_HOOKS = PROVIDER.hooks if PROVIDER else ""
CSPORTAL_MAILBOX = mailbox_of(env.str("CSPORTAL_MAILBOX_URL", ""), production=PRODUCTION)
CSPORTAL_REPLY_TO = reply_to_of(
    env.str("CSPORTAL_REPLY_TO", ""), mailbox=CSPORTAL_MAILBOX is not None, provider=PROVIDER is not None
)
EMAIL_HOST = env.str("EMAIL_HOST", "127.0.0.1")
EMAIL_PORT = env.int("EMAIL_PORT", 2525)
EMAIL_HOST_USER = env.str("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env.str("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env.bool("EMAIL_USE_TLS", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("CSPORTAL_FROM_EMAIL", '"23:59" <portal@localhost>')
# Set by `make run`: where its own mail server keeps what it got, to be opened at /mail/.
CSPORTAL_MAIL_DIR = env.str("CSPORTAL_MAIL_DIR", "")

CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
DJANGO_TABLES2_TEMPLATE = "tables/portal.html"

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = BEHIND_TLS
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31_536_000 if BEHIND_TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = BEHIND_TLS
SECURE_HSTS_PRELOAD = BEHIND_TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("CSPORTAL_TRUST_PROXY", False) else None
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_TLS
SESSION_COOKIE_NAME = "__Host-sessionid" if BEHIND_TLS else "sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken" if BEHIND_TLS else "csrftoken"
SESSION_COOKIE_AGE = 12 * 3600  # accounts.middleware ends a login that lies unused earlier
CSRF_COOKIE_HTTPONLY = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "filters": {"secrets": {"()": "csportal.logs.WithoutSecrets"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line", "filters": ["secrets"]}},
    "root": {"handlers": ["console"], "level": env.str("CSPORTAL_LOG_LEVEL", "INFO")},
    # They say three lines a task and ten a paper; what goes wrong they still say.
    "loggers": {name: {"level": "WARNING"} for name in ("django-q", "weasyprint", "fontTools")},
}
