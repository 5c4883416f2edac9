"""Every address: each room brings its own."""

from django.urls import include, path

urlpatterns = [
    path("", include("caredesk.access.urls")),
    path("", include("caredesk.interfaces.urls")),
]
