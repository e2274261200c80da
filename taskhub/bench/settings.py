"""The product's own settings, with the limits lifted that its contracts document: see `unlimited`."""

from taskhub.settings import *  # noqa: F403

ROOT_URLCONF = "taskhub.bench.unlimited"
