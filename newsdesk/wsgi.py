"""The WSGI application that gunicorn and waitress serve."""

import gc
import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "newsdesk.settings")
application = get_wsgi_application()

# What is there by now stays until the end: without this every tenth page waits for it to be looked through. It also keeps
# the memory that gunicorn's workers share from being copied.
gc.collect()
gc.freeze()
