"""Every address: each room brings its own; those that programs ask for come first."""

from django.urls import include, path

from caredesk.config.health import health

urlpatterns = [
    path("health/", health, name="health"),
    path("", include("caredesk.interfaces.urls")),
    path("", include("caredesk.ui.urls")),
    path("", include("caredesk.access.urls")),
    path("", include("caredesk.people.urls")),
    path("", include("caredesk.tasks.urls")),
    path("", include("caredesk.privacy.urls")),
    path("", include("caredesk.scheduling.urls")),
    path("", include("caredesk.desk.urls")),
]

handler400 = "caredesk.ui.errors.bad_request"
handler403 = "caredesk.ui.errors.permission_denied"
handler404 = "caredesk.ui.errors.not_found"
handler500 = "caredesk.ui.errors.server_error"
