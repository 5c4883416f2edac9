"""The web server's entry: pages and the JSON door."""

import gc

from django.conf import settings
from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver
from granian.utils.proxies import wrap_wsgi_with_proxy_headers

from caredesk.config.proxies import Application, behind

application: Application = get_wsgi_application()
if settings.BEHIND_FRONT:
    # Its own word on who asks: it passes on nothing that a browser says of that.
    application = wrap_wsgi_with_proxy_headers(application, trusted_hosts="*")
elif settings.CAREDESK_PROXIES:
    application = behind(application, settings.CAREDESK_PROXIES)

# What is loaded now stays: it is not searched for garbage again. Of what a request makes, nearly
# all goes without a search, so that searches may be rare.
_ADDRESSES = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
