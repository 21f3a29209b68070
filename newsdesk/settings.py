"""Settings of newsdesk: one file, every choice by an environment variable named DESK_… (docs/admin-guide.md lists them).

A wrong value stops the start with a sentence that names the variable.
"""

from __future__ import annotations

from pathlib import Path

import dj_database_url
from environs import Env, validate

from newsdesk import pseudo
from newsdesk.secrets import secret_key

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

# --- where things are -----------------------------------------------------------------------------------------------
DATA_DIR = Path(env.str("DESK_DATA", str(BASE_DIR / "var"))).expanduser().resolve()
DATA_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DESK_DEBUG", False)
SECRET_KEY = secret_key(DATA_DIR, env.str("DESK_SECRET_KEY", ""))
ALLOWED_HOSTS = env.list("DESK_HOSTS", ["127.0.0.1", "localhost", "[::1]"])
HTTPS = env.bool("DESK_HTTPS", False)  # True behind a proxy that speaks https: secure cookies, HSTS, redirect

# --- the desk -------------------------------------------------------------------------------------------------------
DESK_URL = env.str(  # where people open the desk, for links in mail
    "DESK_URL", next((one for one in env.list("DESK_ORIGINS", []) if "*" not in one), ""),
    validate=validate.Regexp(r"(https?://[^/\s]+(/\S*)?)?$", error="DESK_URL is an address such as https://desk.example"),
).rstrip("/")  # fmt: skip
DESK_FILE_LIMIT = env.int("DESK_FILE_LIMIT", 5_000_000)  # bytes of one article file
DESK_REMOTE_PICTURES = env.bool("DESK_REMOTE_PICTURES", True)  # the desk fetches pictures itself; False: never
DESK_PICTURE_SPACE = env.int("DESK_PICTURE_SPACE", 500)  # megabytes of thumbnails in DESK_DATA/pictures
DESK_PICTURE_PROXY = env.str("DESK_PICTURE_PROXY", "")  # http://host:port through which pictures are fetched
DESK_WEBHOOK_INNER = env.bool("DESK_WEBHOOK_INNER", False)  # webhooks may go to inner networks and to any port
DESK_GIT_AUTHOR_NAME = env.str("DESK_GIT_AUTHOR_NAME", "newsdesk")  # of the commits that exports make
DESK_GIT_AUTHOR_EMAIL = env.str("DESK_GIT_AUTHOR_EMAIL", "newsdesk@localhost")
DESK_UPLOAD_LIMIT = env.int("DESK_UPLOAD_LIMIT", 500)  # megabytes of one uploaded archive
DESK_EMBED_HOSTS = {  # where a video of a file may come from: the host that plays it, which is all that pages may frame
    "www.youtube.com": "www.youtube-nocookie.com",
    "www.youtube-nocookie.com": "www.youtube-nocookie.com",
}

# --- applications ---------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "articles",
    "newsdesk",
    "newsdesk.admin_app.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "crispy_forms",
    "crispy_bootstrap5",
    "django_filters",
    "django_htmx",
    "django_tasks",
    "django_tasks_db",
    "simple_history",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "newsdesk.languages.ChosenLanguage",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "newsdesk.accounts.DoorMiddleware",
]
ROOT_URLCONF = "newsdesk.urls"
WSGI_APPLICATION = "newsdesk.wsgi.application"
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
                "articles.views.desk.shell",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "newsdesk.widgets.RememberingRenderer"

# --- database -------------------------------------------------------------------------------------------------------
DATABASE_URL = env.str("DATABASE_URL", "")
if DATABASE_URL:
    DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
else:
    DATABASES = {"default": {"ENGINE": "sqlite", "NAME": DATA_DIR / "newsdesk.sqlite3"}}
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"] |= {
        "ENGINE": "newsdesk.sqlite",
        "TEST": {"NAME": DATA_DIR / "test.sqlite3"},  # a file, so that tests see WAL and its locks
        # Measured: with Django's defaults eight editors see "database is locked"; with these none does. FULL keeps the
        # last decision through a power cut for 3 ms a commit.
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": (
                "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA temp_store=MEMORY; "
                "PRAGMA cache_size=-32000; PRAGMA mmap_size=268435456;"
            ),
        },
    }
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Sign-in limits are counted here, so every process must see the same counters.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache",
        "OPTIONS": {"MAX_ENTRIES": 2_000},  # a full one forgets at random, and limits should not be forgotten
    },
    # Apart, since whoever reads feeds fills it, and a full cache forgets at random: limits must not be what it forgets.
    "feeds": {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": DATA_DIR / "cache" / "feeds",
        "OPTIONS": {"MAX_ENTRIES": 2_000},
    },
}

# --- background work ------------------------------------------------------------------------------------------------
# Django's Tasks API: what is to be done lies in the database, and `desk work` does it. Imports and exports, which take long,
# have a queue and a worker of their own.
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default", "runs"]}}

# --- accounts -------------------------------------------------------------------------------------------------------
AUTHENTICATION_BACKENDS = [
    "articles.people.rights.SeatBackend",  # first: who has seats has nothing else
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ACCOUNT_ADAPTER = "newsdesk.accounts.ClosedSignup"
ACCOUNT_FORMS = {
    "change_password": "newsdesk.passwords.NewPassword",
    "reset_password_from_key": "newsdesk.passwords.NewPasswordByLink",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_RATE_LIMITS = {"login_failed": "5/15m/key,20/15m/ip", "login": "60/m/ip"}
ACCOUNT_CHANGE_EMAIL = True  # one address a person; a new one counts from when it was confirmed
ACCOUNT_REAUTHENTICATION_REQUIRED = True  # before it is changed: who reads the mail gets in by a new password
ACCOUNT_EMAIL_NOTIFICATIONS = True  # what changed in an account is told to its address
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers whose address somebody typed
MFA_ADAPTER = "newsdesk.accounts.SecondFactors"
MFA_FORMS = {
    "add_webauthn": "newsdesk.accounts.AddPasskey",
    "authenticate_webauthn": "newsdesk.accounts.AnswerWithPasskey",
    "login_webauthn": "newsdesk.accounts.SignInWithPasskey",
    "reauthenticate_webauthn": "newsdesk.accounts.ConfirmWithPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "newsdesk"
MFA_TOTP_TOLERANCE = 1  # a clock may be half a minute off
DESK_REQUIRE_MFA = env.str("DESK_REQUIRE_MFA", "none", validate=validate.OneOf(["none", "admins", "all"]))  # who must have a second factor
DESK_IDLE_HOURS = env.int("DESK_IDLE_HOURS", 24, validate=validate.Range(min=1))  # a session that nobody used for so long is over
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
EMAIL_HOST = env.str("DESK_EMAIL_HOST", "")
EMAIL_PORT = env.int("DESK_EMAIL_PORT", 587)
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = env.str("DESK_EMAIL_USER", ""), env.str("DESK_EMAIL_PASSWORD", "")
EMAIL_USE_TLS = env.bool("DESK_EMAIL_TLS", True)
EMAIL_TIMEOUT = 10  # seconds; a request waits for it
DEFAULT_FROM_EMAIL = env.str("DESK_EMAIL_FROM", "newsdesk@localhost")
EMAIL_BACKEND = env.str("DESK_EMAIL_BACKEND", f"django.core.mail.backends.{'smtp' if EMAIL_HOST else 'console'}.EmailBackend")

# --- safety ---------------------------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'none'"],
        "script-src": ["'self'"],
        "style-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "font-src": ["'self'"],
        "connect-src": ["'self'"],
        "manifest-src": ["'self'"],
        "frame-src": sorted({f"https://{host}" for host in DESK_EMBED_HOSTS.values()}),
        "form-action": ["'self'"],
        "base-uri": ["'none'"],
        "frame-ancestors": ["'none'"],
        "object-src": ["'none'"],
    },
}
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
if env.bool("DESK_BEHIND_PROXY", False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    ALLAUTH_TRUSTED_PROXY_COUNT = 1  # else everybody's wrong passwords would count for the proxy's one address
CSRF_TRUSTED_ORIGINS = env.list("DESK_ORIGINS", [])
DATA_UPLOAD_MAX_MEMORY_SIZE = 12_000_000  # an editor's long text must reach the form that says it is too long
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
FILE_UPLOAD_HANDLERS = ["articles.importing.uploads.Quota"]
FILE_UPLOAD_TEMP_DIR = DATA_DIR / "uploads"
FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, exist_ok=True)

# --- language and time ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en"
TIME_ZONE = "UTC"  # a moment without a zone in a file means UTC; pages show ages, not clocks
USE_TZ = True
USE_I18N = True
LANGUAGES = [("en", "English"), ("de", "Deutsch")]  # each in its own words; locale/ holds all but English
if env.bool("DESK_PSEUDO_LOCALES", False):  # for developers: finds words that were not marked, and what does not fit
    LANGUAGES += pseudo.LOCALES
LOCALE_PATHS = [BASE_DIR / "locale"]

# --- static files ---------------------------------------------------------------------------------------------------
STATIC_URL = "static/"
STATIC_ROOT = DATA_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": DATA_DIR / "files"}},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True  # no collectstatic step: `desk run` serves the files where they lie
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_MAX_AGE = 0 if DEBUG else 3600

# --- logs -----------------------------------------------------------------------------------------------------------
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "newsdesk.logs.OneLine", "format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": env.str("DESK_LOG_LEVEL", "WARNING")},
    "loggers": {
        "django.request": {"level": "ERROR"},  # a page that somebody may not open is no news, and no traceback
        "newsdesk.accounts": {"level": "INFO"},  # who signed in, from where
    },
}
