"""Every setting, from the environment; a wrong value stops the start with its name."""

import os
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from zhoudao.config import keys as _keys
from zhoudao.kit import outgoing as _outgoing

PACKAGE = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("ZHOUDAO_HOME", ".zhoudao")).resolve()


def _whole(name: str, default: int, low: int, high: int) -> int:
    text = os.environ.get(name, str(default))
    if not text.isdigit() or not low <= int(text) <= high:
        raise ImproperlyConfigured(f"{name} must be a whole number from {low} to {high}, not {text!r}.")
    return int(text)


def _networks(name: str) -> list[_outgoing.Network]:
    text = os.environ.get(name, "")
    try:
        return _outgoing.networks(text)
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{name} must list networks such as 10.0.0.0/8,192.168.1.7, not {text!r}."
        ) from error


# Starting parallel workers or a compiler takes ten times as long as our statements; guesses about arrays ask for both.
_FOR_SHORT_STATEMENTS = "-c max_parallel_workers_per_gather=0 -c jit=off"


def _database(url: str) -> dict[str, object]:
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise ImproperlyConfigured("DATABASE_URL must look like postgresql://user:password@host:5432/name.")
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    pooled = os.environ.get("ZHOUDAO_POOL", "1") == "1"
    options: dict[str, object] = {"pool": {"min_size": 1, "max_size": 16, "timeout": 20}} if pooled else {}
    if (times := _whole("ZHOUDAO_PREPARE", 5, 0, 1000)) > 0:  # planning costs more than running what is sent all day
        options |= {"server_side_binding": True, "prepare_threshold": times, "options": _FOR_SHORT_STATEMENTS}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.get("host", parts.hostname or "")),
        "PORT": str(parts.port or query.get("port", "")),
        "OPTIONS": options,
        "CONN_MAX_AGE": 0 if pooled else 60,
        "CONN_HEALTH_CHECKS": True,  # the database may have been away: a page must not fail on a dead connection
    }


DATABASE_URL = os.environ.get("DATABASE_URL", "postgresql://zhoudao_app@127.0.0.1:5432/zhoudao")
DATABASE_OWNER_URL = os.environ.get("DATABASE_OWNER_URL", DATABASE_URL)
DATABASES = {"default": _database(DATABASE_URL)}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

KEYS = _keys.load(HOME, dict(os.environ))
SECRET_KEY = KEYS.secret
DEBUG = False
TESTING = "pytest" in sys.modules

PORT = _whole("PORT", 8000, 1, 65534)
BASE_URL = os.environ.get("BASE_URL", f"http://127.0.0.1:{PORT}").rstrip("/")
LIVE_URL = os.environ.get("LIVE_URL", f"http://127.0.0.1:{PORT + 1}").rstrip("/")
if urlsplit(BASE_URL).scheme not in ("http", "https"):
    raise ImproperlyConfigured("BASE_URL must start with http:// or https://.")
SECURE = BASE_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(BASE_URL).hostname or "", "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [BASE_URL, f"http://localhost:{PORT}", f"http://127.0.0.1:{PORT}"]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "zhoudao.doors.desk.errors.forged"
SESSION_ENGINE = "zhoudao.ground.accounts.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 36 * 1024 * 1024  # 25 MB of files in base64
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "pgtrigger",
    "procrastinate.contrib.django",
    "zhoudao.ground.installation",
    "zhoudao.ground.accounts",
    "zhoudao.ground.eventlog",
    "zhoudao.ground.decisions",
    "zhoudao.ground.jobs",
    "zhoudao.ground.files",
    "zhoudao.ground.vault",
    "zhoudao.ground.metrics",
    "zhoudao.ground.notices",
    "zhoudao.ground.webhooks",
    "zhoudao.rooms.customers",
    "zhoudao.rooms.staff",
    "zhoudao.rooms.entrances",
    "zhoudao.rooms.knowledge",
    "zhoudao.rooms.stock",
    "zhoudao.rooms.catalogue",
    "zhoudao.rooms.orders",
    "zhoudao.rooms.parcels",
    "zhoudao.rooms.fulfilment",
    "zhoudao.rooms.conversations",
    "zhoudao.rooms.cases",
    "zhoudao.rooms.fieldwork",
    "zhoudao.rooms.aftersales",
    "zhoudao.rooms.pickups",
    "zhoudao.rooms.return_labels",
    "zhoudao.rooms.repairs",
    "zhoudao.rooms.quality",
    "zhoudao.rooms.voice",
    "zhoudao.rooms.teamwork",
    "zhoudao.rooms.tallies",
    "zhoudao.rooms.worth",
    "zhoudao.rooms.complaints",
    "zhoudao.rooms.visits",
    "zhoudao.rooms.bookings",
    "zhoudao.rooms.incidents",
    "zhoudao.rooms.targets",
    "zhoudao.conduct.triage",
    "zhoudao.conduct.flows",
    "zhoudao.conduct.handbooks",
    "zhoudao.conduct.insight",
    "zhoudao.conduct.pilots",
    "zhoudao.conduct.improvement",
    "zhoudao.doors.portal",
    "zhoudao.doors.api",
    "zhoudao.config.app.Wired",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "zhoudao.doors.portal.framing.Framing",
    "zhoudao.ground.accounts.middleware.PermissionMiddleware",
    "axes.middleware.AxesMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": sorted(str(path) for path in PACKAGE.glob("**/templates")),
        "OPTIONS": {
            "loaders": [
                (
                    "zhoudao.config.templates.Loader",
                    ["django.template.loaders.filesystem.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "zhoudao.ground.accounts.context.page",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "zhoudao.doors.desk.tags",
                "zhoudao.doors.desk.places",
                "zhoudao.doors.desk.inbox.drawing",
                "zhoudao.doors.desk.inbox.bubbles",
                "zhoudao.doors.desk.stock.drawing",
            ],
        },
    }
]
ROOT_URLCONF = "zhoudao.config.urls"
WSGI_APPLICATION = "zhoudao.config.wsgi.application"

STATIC_URL = "/static/"
STATICFILES_DIRS = [path for path in (PACKAGE / "static", PACKAGE / "static_src") if path.exists()]
STATIC_ROOT = HOME / "static"
API_DESCRIPTION = HOME / "openapi.json"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "zhoudao.config.assets.Storage"},
}
if TESTING or os.environ.get("ZHOUDAO_PLAIN_STATIC"):
    STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
FILES_DIR = HOME / "files"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "zhoudao.ground.accounts.backends.WithGrants",
]
_HASHER = "MD5PasswordHasher" if TESTING else "Argon2PasswordHasher"  # Argon2 is slow by design; tests make many users
PASSWORD_HASHERS = [f"django.contrib.auth.hashers.{_HASHER}"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "zhoudao.ground.accounts.passwords.UncommonPassword"},
]
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "zhoudao.ground.accounts.signin.Adapter"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
MFA_FORMS = {"add_webauthn": "zhoudao.doors.desk.settings.passkeys.AddPasskey"}
MFA_TOTP_ISSUER = "周到"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.25
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_HTTP_RESPONSE_CODE = 429
AXES_LOCKOUT_TEMPLATE = "account/lockout.html"
SILENCED_SYSTEM_CHECKS = ["axes.W003"]

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("zh-hant", _("Traditional Chinese")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

_LIVE = f"{urlsplit(LIVE_URL).scheme}://{urlsplit(LIVE_URL).netloc}"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:", "blob:"],
        "connect-src": ["'self'", _LIVE],
        "frame-ancestors": ["'none'"],
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "object-src": ["'none'"],
    }
}

PROCRASTINATE_IMPORT_PATHS = ["zhoudao.config.jobs"]
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "tasks"

DELIVERY_LIMIT_BYTES = 25 * 1024 * 1024
FILE_LIMIT_BYTES = 20 * 1024 * 1024
OUTGOING_NETWORKS = _networks("OUTGOING_NETWORKS")  # of our own, which addresses typed in by people may lead to
MAIL_FROM_DOMAIN = os.environ.get("MAIL_DOMAIN", urlsplit(BASE_URL).hostname or "localhost")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("LOG_LEVEL", "WARNING")},
}
