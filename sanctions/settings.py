"""The one settings file, for every environment.

Environment variables decide what differs between places; docs/operations.md lists them. Nothing set
means production, and production refuses to start with anything unsafe. Importing this module reads
the environment and nothing else: no file, no network, no database.
"""

import os
import re
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, cast

import dj_database_url
from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

BASE_DIR: Final = Path(__file__).resolve().parent.parent


# --- Reading the environment -------------------------------------------------------------------


def _words(name: str) -> list[str]:
    """Return the comma-separated words of a variable; unset and empty both mean none."""
    return [word.strip() for word in os.environ.get(name, "").split(",") if word.strip()]


def _switch(name: str, *, default: bool) -> bool:
    """Return an on/off variable; a value that is neither is refused rather than guessed."""
    value = os.environ.get(name, "").strip().lower()
    if value in {"on", "true", "yes", "1"}:
        return True
    if value in {"off", "false", "no", "0"}:
        return False
    if value:
        raise ImproperlyConfigured(f"{name} must be on or off (also true/false, yes/no, 1/0), not {value!r}.")
    return default


def _number(name: str, *, default: int, least: int, most: int) -> int:
    """Return a variable that holds a whole number within bounds."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    if re.fullmatch(r"[0-9]{1,9}", value) and least <= int(value) <= most:
        return int(value)
    raise ImproperlyConfigured(f"{name} must be a whole number from {least} to {most}, not {value[:40]!r}.")


def _choice(name: str, *, default: str, allowed: tuple[str, ...]) -> str:
    """Return a variable that holds one of a few words."""
    value = os.environ.get(name, "").strip().lower() or default
    if value not in allowed:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value[:40]!r}.")
    return value


# --- Which environment -------------------------------------------------------------------------

ENVIRONMENTS: Final = ("production", "development", "test")
ENVIRONMENT: Final = os.environ.get("SANCTIONS_ENV", "").strip() or "production"
if ENVIRONMENT not in ENVIRONMENTS:
    raise ImproperlyConfigured(
        f"SANCTIONS_ENV must be one of {', '.join(ENVIRONMENTS)}, not {ENVIRONMENT!r}. Unset means production."
    )
PRODUCTION: Final = ENVIRONMENT == "production"
DEVELOPMENT: Final = ENVIRONMENT == "development"
TEST: Final = ENVIRONMENT == "test"

DEBUG = _switch("DEBUG", default=DEVELOPMENT)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG is on, and production shows no internals to visitors. Allowed in production: off, or unset. "
        "To debug on your own machine set SANCTIONS_ENV=development."
    )

PUBLIC_KEY_PREFIX: Final = "insecure-"
MINIMUM_SECRET_LENGTH: Final = 50
MINIMUM_SECRET_VARIETY: Final = 5

SECRET_KEY = os.environ.get("SECRET_KEY", "")
if not PRODUCTION:
    SECRET_KEY = SECRET_KEY or f"{PUBLIC_KEY_PREFIX}key-of-development-and-tests-which-production-refuses"
elif not SECRET_KEY:
    raise ImproperlyConfigured(
        "SECRET_KEY is not set. Production needs a random text of its own, at least "
        f"{MINIMUM_SECRET_LENGTH} characters long and kept secret."
    )
elif SECRET_KEY.startswith((PUBLIC_KEY_PREFIX, "django-insecure-")):
    raise ImproperlyConfigured(
        "SECRET_KEY is the public default of development. Production needs a random text of its own, at least "
        f"{MINIMUM_SECRET_LENGTH} characters long and kept secret."
    )
elif len(SECRET_KEY) < MINIMUM_SECRET_LENGTH or len(set(SECRET_KEY)) < MINIMUM_SECRET_VARIETY:
    raise ImproperlyConfigured(
        f"SECRET_KEY has {len(SECRET_KEY)} characters, {len(set(SECRET_KEY))} of them different. Production needs a "
        f"random text of at least {MINIMUM_SECRET_LENGTH} characters, {MINIMUM_SECRET_VARIETY} of them different."
    )

LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

ALLOWED_HOSTS = _words("ALLOWED_HOSTS")
if not ALLOWED_HOSTS:
    if PRODUCTION:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is empty. Production needs the host names it answers to, separated by commas, "
            "such as: sanctions.example.org"
        )
    ALLOWED_HOSTS = sorted(LOOPBACK_HOSTS) if DEVELOPMENT else ["testserver", *sorted(LOOPBACK_HOSTS)]
if PRODUCTION and "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(
        "ALLOWED_HOSTS contains '*', which answers to any name. Allowed: host names, separated by commas; "
        "a leading dot takes the subdomains too."
    )

CSRF_TRUSTED_ORIGINS = _words("CSRF_TRUSTED_ORIGINS")
for _origin in CSRF_TRUSTED_ORIGINS:
    if not _origin.startswith(("https://", "http://")):
        raise ImproperlyConfigured(
            f"CSRF_TRUSTED_ORIGINS holds {_origin!r}. Allowed: origins with their scheme, separated by commas, "
            "such as: https://sanctions.example.org"
        )

# --- Transport ---------------------------------------------------------------------------------

HTTPS_ONLY: Final = _switch("HTTPS_ONLY", default=PRODUCTION)
if PRODUCTION and not HTTPS_ONLY and not LOOPBACK_HOSTS.issuperset(ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "HTTPS_ONLY is off, which production allows only where ALLOWED_HOSTS names nothing but this machine: "
        f"{', '.join(sorted(LOOPBACK_HOSTS))}."
    )

SECURE_SSL_REDIRECT = HTTPS_ONLY
# The health page is asked by the machine next door, which speaks plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
# Browsers take a cookie of such a name only over HTTPS, for the whole of this host and from nobody but this host:
# no other site below the same domain can put one of its own in its place.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS_ONLY else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS_ONLY else "csrf"
# Believed only on request: a client that reaches the server directly could otherwise claim to use HTTPS.
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if _switch("BEHIND_TLS_PROXY", default=False) else None

# No script reads them: forms carry the token themselves.
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
# Not "Strict": a link to a record in a message would lead to the login page of somebody who is signed in.
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# A session ends with the browser, and after a working day at the latest.
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_AGE = 12 * 3600
CSRF_COOKIE_AGE = None
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY: Final[dict[str, Any]] = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
# The admin's theme runs Alpine.js, which evaluates the expressions in its templates, and sets inline styles.
ADMIN_CONTENT_SECURITY_POLICY_DIRECTIVES: Final[dict[str, Any]] = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# --- Applications ------------------------------------------------------------------------------

INSTALLED_APPS = [
    # The theme overrides the admin's templates, so it stands before the admin.
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.inlines",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "csp",
    # Before ours: their tables and permissions are there when our groups are made.
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "sanctions.apps.SanctionsConfig",
    "api.apps.ApiConfig",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "api.http.unavailable.UnavailabilityMiddleware",
    "api.http.compression.CompressionMiddleware",
    "api.http.limits.LimitsMiddleware",
    "api.http.replicas.ReplicaMiddleware",
    "api.http.conditional.ConditionalMiddleware",
    "api.http.time_limits.WritersMiddleware",
    "api.http.sign_in.SignInMiddleware",
    "api.http.time_limits.TimeLimitsMiddleware",
    "sanctions.middleware.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "sanctions.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # Last: it answers in the place of the login page.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sanctions.urls"
#: Below this path every answer, errors included, is one of the API.
API_PREFIX = "/api/"
#: Where version 1 is served. Stored renderings contain it: run `manage.py render` after changing it.
API_ROOT = f"{API_PREFIX}v1/"
WSGI_APPLICATION = "sanctions.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# --- Database ----------------------------------------------------------------------------------


#: Whether a pooler such as PgBouncer stands before the server and gives each transaction another connection.
POOLER: Final = _switch("POOLER", default=False)

#: Requests that each process answers at once.
THREADS: Final = _number("THREADS", default=4, least=1, most=64)
#: Connections of each process: one for each of them, for the page of health and for the end of the ledger.
CONNECTIONS: Final = THREADS + 2
#: Seconds for which a request waits for a connection.
POOL_TIMEOUT: Final = 3.0

#: Seconds for which a web request waits for a lock that another writer holds. Commands and imports wait longer.
LOCK_TIMEOUT = _number("LOCK_TIMEOUT", default=4, least=1, most=60)
#: Seconds that the statements of a public request may take, 0 for any time, and those of one that sends a collection.
QUERY_TIMEOUT = _number("QUERY_TIMEOUT", default=10, least=0, most=3_600)
STREAM_TIMEOUT = _number("STREAM_TIMEOUT", default=900, least=0, most=86_400)
#: Requests at the desk and in the admin that may write at once in a process: fewer than it has threads, so that
#: writers that wait for each other leave one for readers.
WRITERS = _number("WRITERS", default=max(THREADS - 1, 1), least=1, most=max(THREADS - 1, 1))


def _database() -> dict[str, Any]:
    """Return the database that DATABASE_URL names; the two we test on are the two we accept."""
    url = os.environ.get("DATABASE_URL", "").strip() or f"sqlite:///{BASE_DIR / 'var' / 'sanctions.sqlite3'}"
    try:
        database = cast(dict[str, Any], dj_database_url.parse(url))
    except (ValueError, dj_database_url.ParseError):
        database = {}
    # The value may hold a password, so the message does not repeat it.
    engine = database.get("ENGINE", "")
    if engine == "django.db.backends.sqlite3":
        # Opening the file and setting its options takes a hundred times as long as a short query.
        lifetime = {} if TEST else {"CONN_MAX_AGE": None}
        return database | lifetime | {"OPTIONS": database.get("OPTIONS", {}) | _sqlite_options()}
    if engine == "django.db.backends.postgresql":
        # A connection that the server has closed meanwhile, as when it was started again, is not handed out.
        checked = {} if TEST else {"CONN_HEALTH_CHECKS": True}
        # Behind a pooler the next statement may go to another connection of the server, which knows of no cursor.
        cursors = {"DISABLE_SERVER_SIDE_CURSORS": True} if POOLER else {}
        return database | checked | cursors | {"OPTIONS": _postgresql_options(database.get("OPTIONS", {}))}
    raise ImproperlyConfigured(
        "DATABASE_URL must be the URL of a PostgreSQL or SQLite database, such as "
        "postgres://user:password@host:5432/name or sqlite:////srv/sanctions.sqlite3."
    )


def _sqlite_options() -> dict[str, Any]:
    """Return options under which readers never wait for the writer, and writers wait for each other."""
    pragmas = {
        "journal_mode": "WAL",
        # With WAL a power cut loses at most the last commits and never corrupts. Tests can lose everything.
        "synchronous": "OFF" if TEST else "NORMAL",
        "foreign_keys": "ON",
        "temp_store": "MEMORY",
        "cache_size": "-64000",
        "mmap_size": "268435456",
    }
    return {
        "init_command": "".join(f"PRAGMA {name}={value};" for name, value in pragmas.items()),
        # A transaction that begins as a reader and then writes fails at once where another has written
        # meanwhile; one that begins as a writer waits for its turn, `timeout` seconds at most.
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
    }


def _postgresql_options(given: dict[str, Any]) -> dict[str, Any]:
    """Return options that pool connections, but in tests, which drop their database under the pool's feet.

    Nothing is compiled at run time: of queries as short as ours that takes longer than all the rest. What is stored is
    packed by LZ4, which unpacks it several times as fast: renderings are read far more often than written. A pooler
    takes no such wishes. Tests can lose everything, so none of their commits waits for the disk. What the URL says
    itself comes last, and holds. A server that has gone is waited for no longer than a reader waits: each process has
    as many connections as threads, so that none is waited for otherwise.
    """
    wishes = [] if POOLER else ["-c jit=off", "-c default_toast_compression=lz4"]
    wishes += ["-c synchronous_commit=off"] if TEST else []
    told = " ".join(filter(None, [*wishes, given.get("options", "")]))
    pool = {"timeout": POOL_TIMEOUT, "min_size": THREADS, "max_size": CONNECTIONS}
    # Seconds for a connection, and milliseconds for an answer to what was sent.
    patience = {"connect_timeout": 3, "tcp_user_timeout": 10_000}
    return patience | ({} if TEST else {"pool": pool}) | given | ({"options": told} if told else {})


def _replicas(primary: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the replicas that REPLICA_URLS names; they are read from and never written to.

    Their connections are kept and not pooled: of one that does not answer a pool would wait for another.
    """
    found: dict[str, dict[str, Any]] = {}
    for number, url in enumerate(_words("REPLICA_URLS"), start=1):
        try:
            database = cast(dict[str, Any], dj_database_url.parse(url))
        except (ValueError, dj_database_url.ParseError):
            database = {}
        if not database.get("ENGINE") == primary["ENGINE"] == "django.db.backends.postgresql":
            raise ImproperlyConfigured(
                "REPLICA_URLS must be the URLs of replicas of a PostgreSQL database, separated by commas, such as "
                "postgres://user:password@replica:5432/name; DATABASE_URL must be that of the database itself."
            )
        options = {"connect_timeout": 2, **_postgresql_options(database.get("OPTIONS", {}))}
        options.pop("pool", None)
        found[f"replica-{number}"] = database | {
            "OPTIONS": options,
            "CONN_MAX_AGE": None,
            "TEST": {"MIRROR": "default"},
        }
    return found


_PRIMARY: Final = _database()
_REPLICAS: Final = _replicas(_PRIMARY)
DATABASES = {"default": _PRIMARY, **_REPLICAS}
#: The databases beside the default from which the public may be answered.
REPLICAS: Final = tuple(_REPLICAS)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- People ------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    # Before the password is looked at: who is locked out learns nothing of it.
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
PASSWORD_HASHERS = [
    "sanctions.accounts.hashers.BoundedArgon2PasswordHasher",
    # What was stored before, until its owner signs in again.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TEST:
    # A strong hash is slow on purpose; tests sign in often and guard nothing.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

#: Proxies that every request comes through, each of which adds to X-Forwarded-For the address that it was asked from.
PROXIES = _number("PROXIES", default=0, least=0, most=5)

#: Failed logins to one account from one address, after which it is locked there for a while.
AXES_FAILURE_LIMIT = _number("LOGIN_FAILURES", default=5, least=1, most=1_000)
AXES_COOLOFF_TIME = timedelta(minutes=_number("LOGIN_COOL_OFF", default=15, least=1, most=7 * 24 * 60))
#: Failed attempts to sign in of one address, for whatever accounts, within the time of that lock; 0 for any number.
SIGN_IN_ATTEMPTS = _number("SIGN_IN_ATTEMPTS", default=0 if TEST else 30, least=0, most=100_000)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# The address that the log of the desk has, and no header that a client can write.
AXES_CLIENT_IP_CALLABLE = "sanctions.accounts.addresses.subscriber_of"
AXES_USERNAME_CALLABLE = "sanctions.admin.accounts.lockout.name_for_lock"
AXES_LOCKOUT_CALLABLE = "sanctions.admin.accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
# What is tried during a lock does not lengthen it: the page tells when it ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# The lines of the process tell addresses and no names: people type passwords where the name belongs.
AXES_SENSITIVE_PARAMETERS = ["username"]

#: Whether those who may publish or administer work in the admin without a second factor.
_FACTOR_DEFAULT: Final = "required" if PRODUCTION else "optional"
SECOND_FACTOR = _choice("SECOND_FACTOR", default=_FACTOR_DEFAULT, allowed=("required", "optional"))
OTP_TOTP_ISSUER = "Sanctions policy"

# The form of an event has some 15 fields for each of its effects, of which the heaviest on record has 79; the size
# of a request is bounded besides.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# --- The desk ----------------------------------------------------------------------------------

# Days after which a published record that still holds is to be looked at again.
STALE_AFTER_DAYS = _number("STALE_AFTER_DAYS", default=365, least=1, most=36_500)

# --- The clock ---------------------------------------------------------------------------------

# Seconds by which the clocks of this process and of the database, and the end of the ledger, may disagree: nothing is
# written while it is more.
CLOCK_TOLERANCE = _number("CLOCK_TOLERANCE", default=120, least=1, most=3_600)

# --- Static files ------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
# Outside production files are served from where they lie, so that nothing has to be collected first.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION

# --- API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # JSON is first, so it is what a reader gets who does not say otherwise.
    "DEFAULT_RENDERER_CLASSES": ["api.http.renderers.JSONRenderer", "api.http.renderers.PageRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.http.negotiation.FormatNegotiation",
    # Readers are anonymous. Without a session answers depend on the address alone, and can be cached.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "api.v1.schemas.description.Description",
    "DEFAULT_THROTTLE_CLASSES": ["api.http.limits.CostThrottle"],
    "EXCEPTION_HANDLER": "api.http.errors.handle_exception",
    "URL_FORMAT_OVERRIDE": "format",
}

# What requests may cost in a minute, 0 for as many as come: to readers by their address, at the desk by token.
RATE_ANONYMOUS = _number("RATE_ANONYMOUS", default=0 if TEST else 600, least=0, most=1_000_000)
RATE_TOKEN = _number("RATE_TOKEN", default=0 if TEST else 1_200, least=0, most=1_000_000)
# Requests in a minute whose credentials are missing or not taken, by address: beyond it none is looked at.
RATE_REFUSED = _number("RATE_REFUSED", default=0 if TEST else 60, least=0, most=1_000_000)
#: Where they are counted: a file that the processes of this machine share, or a server for several machines.
LIMITS_URL = os.environ.get("LIMITS_URL", "").strip() or f"sqlite://{BASE_DIR}/var/limits.sqlite3"
if not re.match(r"(sqlite:///|rediss?://)", LIMITS_URL):
    raise ImproperlyConfigured(
        "LIMITS_URL must be a URL such as sqlite:////run/sanctions/limits.sqlite3 or redis://host:6379/0."
    )
if LIMITS_URL.startswith("redis") and find_spec("redis") is None:
    raise ImproperlyConfigured(
        "LIMITS_URL names a Redis server, and the package redis is not installed. Install it (pip install redis), or "
        "name a file, such as sqlite:////run/sanctions/limits.sqlite3."
    )

#: What processes tell each other and may forget, such as how far long work is: beside where requests are counted.
if TEST:
    _CACHE = {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
elif LIMITS_URL.startswith("sqlite:"):
    _FOLDER: Final = Path(LIMITS_URL.removeprefix("sqlite://")).parent / "cache"
    _CACHE = {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(_FOLDER)}
else:
    _CACHE = {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": LIMITS_URL,
        "KEY_PREFIX": "sanctions",
    }
CACHES = {"default": _CACHE}

SPECTACULAR_SETTINGS = {
    "TITLE": "Sanctions policy",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "DESCRIPTION": "Orders, agreements, violations and what happened, each as of any day, each with its sources. "
    "docs/api.md tells how to ask.",
    "SERVE_INCLUDE_SCHEMA": False,
    # Enumerations stay where they are: hoisted ones get names that change when another one is added.
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATION_PARAMETERS": False,
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "displayRequestDuration": True,
        "docExpansion": "list",
        "tryItOutEnabled": True,
        "validatorUrl": None,
    },
    # The documentation's own assets, from the sidecar: no request leaves this host.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Admin -------------------------------------------------------------------------------------

# Where a sign-in leads that asked for no page.
LOGIN_REDIRECT_URL = "admin:index"

# The functions are named by their paths, which unfold imports with the first page: they need the apps to be ready.
UNFOLD = {
    "SITE_TITLE": "Sanctions policy",
    "SITE_HEADER": "Sanctions policy",
    "SITE_SUBHEADER": "Curators' desk",
    "SITE_SYMBOL": "balance",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "sanctions.admin.site.icon"}],
    "SITE_URL": API_ROOT,
    "DASHBOARD_CALLBACK": "sanctions.admin.dashboard.dashboard",
    "ACCOUNT": {"navigation": "sanctions.admin.site.account_links"},
    "STYLES": ["sanctions.admin.site.stylesheet"],
    "SCRIPTS": ["sanctions.admin.site.script"],
    "COLORS": {"primary": "sanctions.admin.site.primary_color"},
    "SIDEBAR": {"show_search": True, "navigation": "sanctions.admin.site.sidebar"},
}

# --- Logging -----------------------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "handlers": {
        # Standard error only: the place the process runs in collects it.
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Anybody can send a request under a name that is not ours; it is refused, and that is all.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "sanctions": {"level": "INFO"},
        "api": {"level": "INFO"},
    },
}
