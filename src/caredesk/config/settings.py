"""Django's settings, read from the environment. `caredesk serve` fills in what is not given.

| variable | says |
|---|---|
| DATABASE_URL | the database, as the application role |
| DATABASE_OWNER_URL | the same as the owner: only commands that migrate have it |
| CAREDESK_DATA | the folder of keys, embedded database and sealed heads (default: ./var) |
| CAREDESK_HOSTS | host names it answers to, with commas (default: loopback) |
| CAREDESK_ORIGINS | other origins that may send forms, with commas (https://desk.example) |
| CAREDESK_LIVE_URL, CAREDESK_LIVE_PORT | where pages listen for changes (0: at their own) |
| CAREDESK_ORGANISATION | which of several: it has its own folder below CAREDESK_DATA |
| CAREDESK_SOCKETS | the folder of the sockets behind the front of several organisations |
| CAREDESK_STATIC | the folder of the static files, where several share them |
| CAREDESK_HTTPS | 1 where a proxy in front speaks TLS: cookies are then sent over it only |
| CAREDESK_PROXIES | who may say for whom it asks: addresses or networks of proxies, with commas |
| CAREDESK_SSO_ISSUER, CAREDESK_SSO_CLIENT_ID | the OpenID provider for single sign-on, if any |
| CAREDESK_SSO_CLIENT_SECRET_FILE | the file that holds the client's secret |
| CAREDESK_SSO_NAME, CAREDESK_SSO_... | docs/administrator.md names the others |
| CAREDESK_CLAMD | where ClamAV listens: /run/clamav/clamd.ctl, or host:port |
| CAREDESK_LARGEST_FILE | the most bytes of a file that is kept (default: 25 million) |
| CAREDESK_LIMITS | requests a minute: session=1200, address=600, sign-in=30; or off |
| CAREDESK_DEBUG | 1 shows Django's error pages |
"""

import os
from pathlib import Path

from django.utils.csp import CSP

from caredesk.access.limits.rules import read_limits
from caredesk.config import database, environment, keys
from caredesk.config.proxies import read_proxies


def _said(name: str) -> bool:
    return os.environ.get(name, "") == "1"


CAREDESK_DATA = environment.data_folder()
CAREDESK_AUDIT_KEY = keys.key_kept_in(CAREDESK_DATA / "keys", "audit")
# Seals what second factors are checked with (access/factors): without it they must be set up anew.
CAREDESK_FACTORS_KEY = keys.key_kept_in(CAREDESK_DATA / "keys", "factors")
CAREDESK_FILE_KEYS = keys.KeyRing(CAREDESK_DATA / "keys" / "files")
CAREDESK_CLAMD = os.environ.get("CAREDESK_CLAMD", "")
CAREDESK_LARGEST_FILE = int(os.environ.get("CAREDESK_LARGEST_FILE", "25_000_000"))
CAREDESK_CLOCK_OFFSET = float(os.environ.get("CAREDESK_CLOCK_OFFSET", "0"))
# Counted by each web process for itself (access/limits).
CAREDESK_LIMITS = read_limits(os.environ.get("CAREDESK_LIMITS", ""))
CAREDESK_DEMO_SIGN_INS = _said("CAREDESK_DEMO_SIGN_INS")

SECRET_KEY = os.environ.get("CAREDESK_SECRET_KEY") or keys.key_kept_in(
    CAREDESK_DATA / "keys", "secret"
)
DEBUG = _said("CAREDESK_DEBUG")
ALLOWED_HOSTS = os.environ.get("CAREDESK_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
# Where pages listen for changes: an address of its own behind a proxy, else the same host name
# (cookies go by it) at this port.
LIVE_URL = os.environ.get("CAREDESK_LIVE_URL", "")
LIVE_PORT = int(os.environ.get("CAREDESK_LIVE_PORT", "8001"))
# Behind the front of several organisations requests come through a socket that only it can open.
BEHIND_FRONT = bool(os.environ.get("CAREDESK_SOCKETS"))
CAREDESK_PROXIES = read_proxies(os.environ.get("CAREDESK_PROXIES", ""))

ROOT_URLCONF = "caredesk.config.urls"
WSGI_APPLICATION = "caredesk.config.wsgi.application"

# One room a line, low to high: what .importlinter and the foreign-key contract hold.
ROOMS = [
    "kernel",
    "ui",
    "audit",
    "files",
    "practice",
    "access",
    "workforce",
    "people",
    "tasks",
    "privacy",
    "scheduling",
    "desk",
    "interfaces",
]

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django_htmx",
    "procrastinate.contrib.django",
    *[f"caredesk.{room}" for room in ROOMS],
]

MIDDLEWARE = [
    "caredesk.ui.headers.HeadersMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "caredesk.files.uploads.SizeMiddleware",
    "caredesk.access.limits.bodies.BodyMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "caredesk.access.locking.door.SeatMiddleware",
    "caredesk.access.middleware.ActorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "caredesk.audit.middleware.LookMiddleware",
    "caredesk.ui.errors.ErrorMiddleware",
]
CSRF_FAILURE_VIEW = "caredesk.ui.errors.csrf_failure"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {"context_processors": ["django.template.context_processors.request"]},
    }
]

_NO_DATABASE = "postgresql://caredesk_app@127.0.0.1:1/caredesk"
DATABASES = {
    "default": database.from_url(os.environ.get("DATABASE_URL", _NO_DATABASE), serves=True)
}
if os.environ.get("DATABASE_OWNER_URL"):
    DATABASES["owner"] = database.from_url(os.environ["DATABASE_OWNER_URL"], serves=False)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "access.User"
AUTHENTICATION_BACKENDS = ["caredesk.access.backend.PasswordBackend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

SSO = {
    "issuer": os.environ.get("CAREDESK_SSO_ISSUER", ""),
    "client_id": os.environ.get("CAREDESK_SSO_CLIENT_ID", ""),
    "secret_file": os.environ.get("CAREDESK_SSO_CLIENT_SECRET_FILE", ""),
    "name": os.environ.get("CAREDESK_SSO_NAME", ""),
    "by_email": os.environ.get("CAREDESK_SSO_BY_EMAIL", ""),
    "asks_again": os.environ.get("CAREDESK_SSO_ASKS_AGAIN", "1"),
    "second_factor_amr": os.environ.get("CAREDESK_SSO_SECOND_FACTOR_AMR", ""),
    "second_factor_acr": os.environ.get("CAREDESK_SSO_SECOND_FACTOR_ACR", ""),
}

SESSION_ENGINE = "caredesk.access.sessions"
# A cookie of such a name is kept for this very host, and is sent over TLS only.
CAREDESK_COOKIES = "__Host-caredesk_" if _said("CAREDESK_HTTPS") else "caredesk_"
SESSION_COOKIE_NAME = f"{CAREDESK_COOKIES}session"
SESSION_COOKIE_AGE = 12 * 60 * 60
# So long after the sign-in a session ends, whatever is done in it.
CAREDESK_LONGEST_SESSION = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _said("CAREDESK_HTTPS")
CSRF_COOKIE_NAME = f"{CAREDESK_COOKIES}csrf"
CSRF_TRUSTED_ORIGINS = [each for each in os.environ.get("CAREDESK_ORIGINS", "").split(",") if each]
if _said("CAREDESK_HTTPS"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60


def _live_addresses() -> list[str]:
    """Where pages may listen. A CSP source is no IPv6 address: there, pages ask now and then."""
    if LIVE_URL:
        return [LIVE_URL]
    if not LIVE_PORT:
        return []
    hosts = [host for host in ALLOWED_HOSTS if not host.startswith("[")]
    return [f"http://{host}:{LIVE_PORT}" for host in hosts]


X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF, *(_live_addresses())],
    "form-action": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
    "require-trusted-types-for": ["'script'"],
    "trusted-types": ["caredesk"],
    "report-uri": ["/csp-report/"],
    "report-to": ["csp"],
}

LANGUAGE_CODE = "en-us"
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = False

STATIC_URL = "/static/"
STATIC_ROOT = Path(os.environ.get("CAREDESK_STATIC") or CAREDESK_DATA / "static")
WHITENOISE_USE_FINDERS = DEBUG
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "caredesk.ui.static_files.NamedByContent"
    },
}

# What a form may send beside a file; anything longer is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# No upload lies readable on a disk, and only views that take a file get one.
FILE_UPLOAD_HANDLERS = ["caredesk.files.uploads.SpoolHandler"]

PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "reactions"

# No request bodies and no patient data: paths carry ids only, queries are not logged.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "caredesk.config.logs.WithoutMessages",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "propagate": True, "level": "WARNING"},
        "django.db.backends": {"level": "INFO"},
    },
}
