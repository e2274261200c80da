"""The ASGI application, for servers that speak nothing else. WSGI is faster here and is what `bin/web` serves."""

import os

from django.core.asgi import get_asgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "taskhub.settings")

application = get_asgi_application()
