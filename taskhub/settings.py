"""All settings of TaskHub, read from the environment (12-factor). Nothing else in the code reads the environment.

Unset variables give the embedded default: SQLite and an in-process worker below `var/`. `DATABASE_URL` and `REDIS_URL`
make it a system of any number of processes. A value that cannot be parsed stops the start with its name.
"""

import secrets
from datetime import timedelta
from pathlib import Path

import environ
from csp.constants import NONE, SELF

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

VAR_DIR = Path(env.str("TASKHUB_VAR", str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

# --- What runs where --------------------------------------------------------------------------------------------------

DATABASE_URL = env.str("DATABASE_URL", "")
REDIS_URL = env.str("REDIS_URL", "")
EMBEDDED = not DATABASE_URL and not REDIS_URL
"""True for the embedded default: one process holds web, worker and scheduler."""

DEBUG = env.bool("DEBUG", False)
TASKHUB_DEMO = env.bool("TASKHUB_DEMO", EMBEDDED)
"""Whether `bin/run` fills an empty database with the demo. Its passwords are known, so a real system does not."""
PORT = env.int("PORT", 8000)
BASE_URL = env.str("BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["127.0.0.1", "localhost", "[::1]"])
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", 0)
"""How many proxies in front add to X-Forwarded-For; 0: the header is not believed."""


def _secret_key() -> str:
    """The environment's SECRET_KEY; in the embedded default one generated into `var/`, readable by its owner only."""
    if EMBEDDED and not env.str("SECRET_KEY", ""):
        path = VAR_DIR / "secret_key"
        if not path.exists():
            path.touch(mode=0o600)
            path.write_text(secrets.token_urlsafe(64))
        return path.read_text()
    return env.str("SECRET_KEY")


SECRET_KEY = _secret_key()
SECRET_KEY_FALLBACKS = env.list("SECRET_KEY_FALLBACKS", default=[])

# --- Applications -----------------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "accounts",
    "tasks",
    "workflows",
    "taskhub",
    "taskhub.contracts",
    "taskhub.inbox",
    "taskhub.processes",
    "taskhub.provisioning",
    "taskhub.admin_site.TaskHubAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "rest_framework",
    "django_filters",
    "guardian",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "lucide",
    "csp",
]

MIDDLEWARE = [
    "taskhub.middleware.RequestIdMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.common.CommonMiddleware",
    "taskhub.contracts.middleware.ContractsMiddleware",
    "taskhub.middleware.ContentPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "taskhub.urls"
WSGI_APPLICATION = "taskhub.wsgi.application"
TASKHUB_WIRING = "taskhub.wiring"
"""Which handlers hear which events; loaded by name, so that lower layers never import upper ones."""

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
            ],
        },
    },
]

# --- Data -------------------------------------------------------------------------------------------------------------

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
_SQLITE = {
    # IMMEDIATE: a transaction that reads first and writes later would otherwise fail with "database is locked".
    # synchronous=FULL: an acknowledged write survives a power cut.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA busy_timeout=20000;",
}
_POSTGRESQL = {
    "server_side_binding": True,
    "prepare_threshold": 3,
    "connect_timeout": 3,
    # A server that vanished without a word is noticed in half a minute, not in hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 30_000,
}

DATABASES = {"default": env.db_url_config(DATABASE_URL or f"sqlite:///{VAR_DIR / 'taskhub.sqlite3'}")}
_database = DATABASES["default"]
_database["ATOMIC_REQUESTS"] = False
if _database["ENGINE"].endswith("sqlite3"):
    _database["OPTIONS"] = _SQLITE
else:
    _database["CONN_MAX_AGE"] = None
    _database["OPTIONS"] = {**_POSTGRESQL, **_database.get("OPTIONS", {})}

# --- People -----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend", "guardian.backends.ObjectPermissionBackend"]
ANONYMOUS_USER_NAME = None  # guardian would otherwise create a user row at migrate
GUARDIAN_RAISE_403 = False
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "signin"
LOGIN_REDIRECT_URL = "inbox"
ACCESS_TOKEN_LIFETIME = timedelta(minutes=10)
REFRESH_TOKEN_LIFETIME = timedelta(days=14)
CREDENTIAL_CACHE_SECONDS = 1.0
"""How long a process may believe a credential it has checked: the longest a revocation takes to be felt everywhere."""

# --- Work -------------------------------------------------------------------------------------------------------------

ESCALATE_AFTER = timedelta(hours=4)
"""How long after its due time a task is escalated, unless its organization says otherwise."""
API_RATE_LIMIT = env.str("API_RATE_LIMIT", "1200/minute")
"""Requests a principal may make to one contract, where the contract's document does not set a limit itself."""

FORMS_URLFIELD_ASSUME_HTTPS = True

# --- What leaves TaskHub ----------------------------------------------------------------------------------------------

TASKHUB_OUTBOUND_ALLOW = env.list("TASKHUB_OUTBOUND_ALLOW", default=[])
"""`host:port` of systems of one's own that may be called though they are not public, also without TLS."""

# --- Files that people attach -----------------------------------------------------------------------------------------

FILES_DIR = Path(env.str("TASKHUB_FILES", str(VAR_DIR / "files")))
"""Where attachments lie. Several machines need one folder, or another storage here."""
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {
            "location": FILES_DIR,
            "file_permissions_mode": 0o600,
            "directory_permissions_mode": 0o700,
        },
    },
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
ATTACHMENT_MAX_BYTES = env.int("ATTACHMENT_MAX_BYTES", 25 * 1024 * 1024)
"""Of one file. A form may bring four times as much."""
DOCUMENT_MAX_BYTES = env.int("DOCUMENT_MAX_BYTES", 25 * 1024 * 1024)
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", 512 * 1024 * 1024)
"""Of one document, and of all the documents that come with one request, a hundred at most."""
PROCESSING_LEASE = timedelta(seconds=env.int("PROCESSING_LEASE_SECONDS", 120))
"""How long a worker may hold a document; after it, a document whose worker died is worked on by another."""
FILE_UPLOAD_HANDLERS = [
    "taskhub.uploads.Bound",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Language and time ------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- Static files -----------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
WHITENOISE_USE_FINDERS = True

# --- Browser security -------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    },
}
_https = BASE_URL.startswith("https://")
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _https
SESSION_COOKIE_NAME = "__Host-taskhub" if _https else "taskhub"
CSRF_COOKIE_NAME = "__Host-csrf" if _https else "taskhub-csrf"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
CSRF_TRUSTED_ORIGINS = [BASE_URL]
SECURE_SSL_REDIRECT = False  # the proxy that ends TLS redirects
SILENCED_SYSTEM_CHECKS = ["security.W008"]  # and so this warning does not apply
SECURE_HSTS_SECONDS = 31_536_000 if _https else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = _https
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024

# --- Mail -------------------------------------------------------------------------------------------------------------

if env.str("EMAIL_URL", ""):
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = VAR_DIR / "mail"
EMAIL_TIMEOUT = 10
DELIVERY_LEASE = timedelta(seconds=env.int("DELIVERY_LEASE_SECONDS", 30))
"""How long a sender may hold a message; after it, a message whose sender died is sent by another."""
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "TaskHub <taskhub@localhost>")

# --- APIs -------------------------------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["taskhub.contracts.formats.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["taskhub.contracts.formats.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "UNAUTHENTICATED_USER": None,
}
SPECTACULAR_SETTINGS = {
    "TITLE": "TaskHub",
    "VERSION": "1.0.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENABLE_DJANGO_DEPLOY_CHECK": False,  # it would draw one schema of all contracts; `manage.py openapi` draws each
    "COMPONENT_SPLIT_PATCH": False,
    "POSTPROCESSING_HOOKS": [],
}

# --- Jobs -------------------------------------------------------------------------------------------------------------

TASKHUB_CELERY = "taskhub.celery.app"
"""Who publishes; loaded by name, as the wiring is."""
TASKHUB_NUDGE = True
"""Whether a commit tells the workers to look now. Without it the beat finds the work a second later."""
CELERY_BROKER_URL = REDIS_URL or "memory://localhost/"
CELERY_BROKER_TRANSPORT_OPTIONS = (
    {"socket_timeout": 5, "socket_connect_timeout": 2, "visibility_timeout": 60}
    if REDIS_URL
    else {"polling_interval": 0.02}
)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1 if REDIS_URL else 64
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"
CELERY_BEAT_MAX_LOOP_INTERVAL = 1

# --- Logs -------------------------------------------------------------------------------------------------------------

LOG_LEVEL = env.str("LOG_LEVEL", "INFO")
_CHATTY = ("celery.app.trace", "celery.beat", "celery.worker.strategy", "celery.worker.consumer.connection")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"lines": {"()": "taskhub.logs.formatter", "readable": EMBEDDED}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["console"], "level": LOG_LEVEL},
    "loggers": {name: {"level": "WARNING"} for name in _CHATTY},
}
