"""The settings of every environment.

Environment variables decide what differs between deployments; docs/operations.md lists them. Without any, the
environment is production, which does not start with unsafe settings. Importing this module reads environment variables
only: no file, no network, no database.
"""

from datetime import timedelta
from pathlib import Path
from typing import Any, Final

from csp.constants import NONE, SELF, UNSAFE_EVAL, UNSAFE_INLINE
from django.core.exceptions import ImproperlyConfigured

from sanctions.configuration import environment
from sanctions.configuration.databases import ConnectionPolicy

BASE_DIR: Final = Path(__file__).resolve().parent.parent

# --- Environment -------------------------------------------------------------------------------

ENVIRONMENTS: Final = ("production", "development", "test")
ENVIRONMENT: Final = environment.text("SANCTIONS_ENV") or "production"
if ENVIRONMENT not in ENVIRONMENTS:
    raise ImproperlyConfigured(
        f"SANCTIONS_ENV must be one of {', '.join(ENVIRONMENTS)}, not {ENVIRONMENT!r}. Unset means production."
    )
PRODUCTION: Final = ENVIRONMENT == "production"
DEVELOPMENT: Final = ENVIRONMENT == "development"
TEST: Final = ENVIRONMENT == "test"

DEBUG = environment.switch("DEBUG", default=DEVELOPMENT)
if PRODUCTION and DEBUG:
    raise ImproperlyConfigured(
        "DEBUG is on, and production shows no internals to visitors. Allowed in production: off, or unset. "
        "To debug on your own machine set SANCTIONS_ENV=development."
    )

SECRET_KEY = environment.secret_key(is_production=PRODUCTION)

LOOPBACK_HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})

ALLOWED_HOSTS = environment.allowed_hosts(
    is_production=PRODUCTION,
    default=sorted(LOOPBACK_HOSTS) if DEVELOPMENT else ["testserver", *sorted(LOOPBACK_HOSTS)],
)
CSRF_TRUSTED_ORIGINS = environment.trusted_origins()

# --- Transport ---------------------------------------------------------------------------------

HTTPS_ONLY: Final = environment.switch("HTTPS_ONLY", default=PRODUCTION)
if PRODUCTION and not HTTPS_ONLY and not LOOPBACK_HOSTS.issuperset(ALLOWED_HOSTS):
    raise ImproperlyConfigured(
        "HTTPS_ONLY is off, which production allows only where ALLOWED_HOSTS names nothing but this machine: "
        f"{', '.join(sorted(LOOPBACK_HOSTS))}."
    )

SECURE_SSL_REDIRECT = HTTPS_ONLY
# Load balancers and container runtimes send health checks over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS_ONLY else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS_ONLY
SECURE_HSTS_PRELOAD = HTTPS_ONLY
SESSION_COOKIE_SECURE = HTTPS_ONLY
CSRF_COOKIE_SECURE = HTTPS_ONLY
# Browsers accept cookies with the prefix __Host- only over HTTPS and from this host, so that other sites on the same
# domain cannot replace them.
SESSION_COOKIE_NAME = "__Host-session" if HTTPS_ONLY else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS_ONLY else "csrf"
# Off by default: a client that reaches the server directly could otherwise claim to use HTTPS.
SECURE_PROXY_SSL_HEADER = (
    ("HTTP_X_FORWARDED_PROTO", "https") if environment.switch("BEHIND_TLS_PROXY", default=False) else None
)

# Scripts need not read them: forms contain the token.
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
# Not "Strict": with it, a link in a message would show the login page to a user who is signed in.
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
# A session ends when the browser is closed, or after a working day.
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
# The theme of the admin runs Alpine.js, which evaluates expressions in templates, and sets inline styles.
ADMIN_CONTENT_SECURITY_POLICY_DIRECTIVES: Final[dict[str, Any]] = {
    **CONTENT_SECURITY_POLICY["DIRECTIVES"],
    "script-src": [SELF, UNSAFE_EVAL],
    "style-src": [SELF, UNSAFE_INLINE],
}

# --- Applications ------------------------------------------------------------------------------

INSTALLED_APPS = [
    # Before the admin, because the theme overrides its templates.
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
    # Before `sanctions`, whose groups get permissions of these applications when they are created.
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
    # Last, because it replaces the login page.
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "sanctions.urls"
#: Below this path every response is one of the API, including errors.
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

#: Whether a pooler such as PgBouncer is in front of the server and gives each transaction another connection.
POOLER: Final = environment.switch("POOLER", default=False)

#: Requests that each process handles at the same time.
THREADS: Final = environment.number("THREADS", default=4, least=1, most=64)
#: Database connections of each process: one per thread, one for the health check and one for the end of the ledger.
CONNECTIONS: Final = THREADS + 2
#: Seconds that a request waits for a connection.
POOL_TIMEOUT: Final = 3.0

#: Seconds that a web request waits for a lock of another writer. Commands and imports wait longer.
LOCK_TIMEOUT = environment.number("LOCK_TIMEOUT", default=4, least=1, most=60)
#: Seconds that the statements of a public request may take, and those of a request for a whole collection; 0: no limit.
QUERY_TIMEOUT = environment.number("QUERY_TIMEOUT", default=10, least=0, most=3_600)
STREAM_TIMEOUT = environment.number("STREAM_TIMEOUT", default=900, least=0, most=86_400)
#: Requests of the editorial API and the admin that may write at the same time in a process: fewer than its threads, so
#: that writers that wait for each other leave a thread for readers.
WRITERS = environment.number("WRITERS", default=max(THREADS - 1, 1), least=1, most=max(THREADS - 1, 1))

_CONNECTION_POLICY: Final = ConnectionPolicy(THREADS, CONNECTIONS, POOL_TIMEOUT, has_pooler=POOLER, is_test=TEST)
_PRIMARY: Final = _CONNECTION_POLICY.primary(
    environment.text("DATABASE_URL") or f"sqlite:///{BASE_DIR / 'var' / 'sanctions.sqlite3'}"
)
_REPLICAS: Final = _CONNECTION_POLICY.replicas(environment.words("REPLICA_URLS"), _PRIMARY)
DATABASES = {"default": _PRIMARY, **_REPLICAS}
#: Aliases of the databases from which public requests may be answered, next to the default.
REPLICAS: Final = tuple(_REPLICAS)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Accounts ------------------------------------------------------------------------------------

AUTHENTICATION_BACKENDS = [
    # First, so that a locked-out client does not learn whether the password is right.
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
    # For passwords that were hashed with it, until their owner signs in again.
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if TEST:
    # A strong hash is slow on purpose, and tests sign in often.
    PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

#: Number of proxies that every request passes, each of which adds the address of its client to X-Forwarded-For.
PROXIES = environment.number("PROXIES", default=0, least=0, most=5)

#: Failed logins to one account from one address, after which the account is locked for that address for a while.
AXES_FAILURE_LIMIT = environment.number("LOGIN_FAILURES", default=5, least=1, most=1_000)
AXES_COOLOFF_TIME = timedelta(minutes=environment.number("LOGIN_COOL_OFF", default=15, least=1, most=7 * 24 * 60))
#: Failed logins from one address to any accounts, within the time of that lock; 0: no limit.
SIGN_IN_ATTEMPTS = environment.number("SIGN_IN_ATTEMPTS", default=0 if TEST else 30, least=0, most=100_000)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
# The same address as in the editorial log; a client cannot forge it with a header.
AXES_CLIENT_IP_CALLABLE = "sanctions.accounts.addresses.subscriber_of"
AXES_USERNAME_CALLABLE = "sanctions.admin.accounts.lockout.name_for_lock"
AXES_LOCKOUT_CALLABLE = "sanctions.admin.accounts.lockout.locked_out"
AXES_RESET_ON_SUCCESS = True
# Attempts during a lock do not extend it, because the page shows when it ends.
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
# Log lines contain addresses but not names: users sometimes type their password as the name.
AXES_SENSITIVE_PARAMETERS = ["username"]

#: Whether users who may publish or manage accounts need a second factor.
_FACTOR_DEFAULT: Final = "required" if PRODUCTION else "optional"
SECOND_FACTOR = environment.choice("SECOND_FACTOR", default=_FACTOR_DEFAULT, allowed=("required", "optional"))
OTP_TOTP_ISSUER = "Sanctions policy"

# The form of an event has about 15 fields per effect, and the largest event has 79 effects. The size of a request is
# limited too.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

LANGUAGE_CODE = "en"
USE_I18N = False
TIME_ZONE = "UTC"
USE_TZ = True

# --- Editorial ----------------------------------------------------------------------------------

# Days after which a published record should be reviewed again.
STALE_AFTER_DAYS = environment.number("STALE_AFTER_DAYS", default=365, least=1, most=36_500)

# --- Clock ---------------------------------------------------------------------------------

# Seconds by which the clocks of this process and of the database, and the end of the ledger, may differ. Nothing is
# written if they differ more.
CLOCK_TOLERANCE = environment.number("CLOCK_TOLERANCE", default=120, least=1, most=3_600)

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
# Outside production, files are served from the source folders, without collectstatic.
WHITENOISE_USE_FINDERS = not PRODUCTION
WHITENOISE_AUTOREFRESH = not PRODUCTION

# --- API ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    # JSON is first, so it is the default.
    "DEFAULT_RENDERER_CLASSES": ["api.http.renderers.JSONRenderer", "api.http.renderers.PageRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "api.http.negotiation.FormatNegotiation",
    # Readers are anonymous. Without a session, responses depend only on the URL and can be cached.
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "api.v1.schemas.description.Description",
    "DEFAULT_THROTTLE_CLASSES": ["api.http.limits.CostThrottle"],
    "EXCEPTION_HANDLER": "api.http.errors.handle_exception",
    "URL_FORMAT_OVERRIDE": "format",
}

# What requests may cost per minute: by address for readers, by token for the editorial API; 0: no limit.
RATE_ANONYMOUS = environment.number("RATE_ANONYMOUS", default=0 if TEST else 600, least=0, most=1_000_000)
RATE_TOKEN = environment.number("RATE_TOKEN", default=0 if TEST else 1_200, least=0, most=1_000_000)
# Requests per minute and address with missing or wrong credentials; above it, credentials are not checked.
RATE_REFUSED = environment.number("RATE_REFUSED", default=0 if TEST else 60, least=0, most=1_000_000)
#: Where they are counted: in a file that the processes of this machine share, or on a server for several machines.
LIMITS_URL = environment.limits_url(default=f"sqlite://{BASE_DIR}/var/limits.sqlite3")

#: Temporary data that processes share, such as the progress of long operations: stored next to the counts of requests.
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
    "docs/api.md describes how to query it.",
    "SERVE_INCLUDE_SCHEMA": False,
    # Enumerations stay inline: hoisted ones get names that change when another one is added.
    "POSTPROCESSING_HOOKS": [],
    "SORT_OPERATION_PARAMETERS": False,
    "SWAGGER_UI_SETTINGS": {
        "deepLinking": True,
        "displayRequestDuration": True,
        "docExpansion": "list",
        "tryItOutEnabled": True,
        "validatorUrl": None,
    },
    # The assets of the documentation come from this host.
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

# --- Admin -------------------------------------------------------------------------------------

# The page after a login without `next`.
LOGIN_REDIRECT_URL = "admin:index"

# Functions are given as paths, which unfold imports with the first page, because they need the apps to be ready.
UNFOLD = {
    "SITE_TITLE": "Sanctions policy",
    "SITE_HEADER": "Sanctions policy",
    "SITE_SUBHEADER": "Editorial",
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
        # Only standard error, which the environment of the process collects.
        "console": {"class": "logging.StreamHandler", "formatter": "line"},
    },
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": ["console"], "level": "INFO", "propagate": False},
        # Anyone can send requests with a wrong host name. They are rejected; logging them would only fill the log.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        "sanctions": {"level": "INFO"},
        "api": {"level": "INFO"},
    },
}
