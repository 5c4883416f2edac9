"""The web server's entry: pages and the JSON door."""

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

application = get_wsgi_application()

# What is loaded now stays: it is not searched for garbage again. Of what a request makes, nearly
# all goes without a search, so that searches may be rare.
_ADDRESSES = get_resolver().url_patterns
gc.collect()
gc.freeze()
gc.set_threshold(20_000, 20, 20)
