"""The WSGI application. In the embedded default the worker and the scheduler start beside it, in the same process."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskhub.settings")

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()

from . import inprocess  # noqa: E402  needs the loaded apps

inprocess.start_if_embedded()
