"""The web server's entry: pages and the JSON door."""

from django.core.wsgi import get_wsgi_application

application = get_wsgi_application()
