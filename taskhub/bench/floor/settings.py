"""The same database and server as the product, and nothing between request and view."""

from taskhub.settings import *  # noqa: F403

MIDDLEWARE = []
ROOT_URLCONF = "taskhub.bench.floor.urls"
INSTALLED_APPS = [name for name in INSTALLED_APPS if "admin" not in name]  # noqa: F405  it insists on middleware
