"""The settings under test: the real ones, in a temporary folder and without what only costs time.

SQLite by default. `bin/test` runs the suite once more with DATABASE_URL and REDIS_URL pointing at private services.
"""

import atexit
import os
import shutil
import tempfile
from urllib.parse import urlsplit

_folder = tempfile.mkdtemp(prefix="taskhub-test-")
atexit.register(shutil.rmtree, _folder, ignore_errors=True)
os.environ["TASKHUB_VAR"] = _folder
os.environ["BASE_URL"] = "http://testserver"
os.environ.setdefault("SECRET_KEY", "for-tests-only-" + 40 * "x")
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # the browser's event loop runs in the test's own thread
if os.environ.get("REDIS_URL"):
    # Each parallel test process has a Redis database of its own; 0 is for the only one.
    _number = int(os.environ.get("PYTEST_XDIST_WORKER", "gw-1").removeprefix("gw")) + 1
    os.environ["REDIS_URL"] = urlsplit(os.environ["REDIS_URL"])._replace(path=f"/{_number}").geturl()

from taskhub.settings import *  # noqa: E402, F403  the environment has to be right first
from taskhub.settings import DATABASES, LOG_LEVEL, LOGGING, VAR_DIR  # noqa: E402
from taskhub.testing.migrated import POSTGRES_VARIABLE  # noqa: E402

ALLOWED_HOSTS = ["testserver", "127.0.0.1", "localhost", "[::1]"]
TASKHUB_NUDGE = False
CREDENTIAL_CACHE_SECONDS = 60.0  # on a busy machine a second passes between two lines, and query counts would waver
WHITENOISE_AUTOREFRESH = True  # looks a static file up when asked, instead of reading them all for every test client
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
LOGGING = LOGGING | {"root": {"level": LOG_LEVEL}}  # no handler: pytest captures the records itself

if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # A file and not memory, because threads that share an in-memory database do not lock as real ones do.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
    DATABASES["default"]["OPTIONS"]["init_command"] += "PRAGMA synchronous=OFF;"
elif os.environ.get(POSTGRES_VARIABLE):
    DATABASES["default"]["TEST"] = {"TEMPLATE": os.environ[POSTGRES_VARIABLE]}
