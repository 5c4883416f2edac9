"""Every address: each room brings its own."""

from importlib.util import find_spec

from django.conf import settings
from django.urls import include, path

from caredesk.config.health import health

# To be written out when every room has its addresses.
_WITH_ADDRESSES = [room for room in settings.ROOMS if find_spec(f"caredesk.{room}.urls")]

urlpatterns = [
    path("health/", health, name="health"),
    *[path("", include(f"caredesk.{room}.urls")) for room in _WITH_ADDRESSES],
]

handler400 = "caredesk.ui.errors.bad_request"
handler403 = "caredesk.ui.errors.permission_denied"
handler404 = "caredesk.ui.errors.not_found"
handler500 = "caredesk.ui.errors.server_error"
