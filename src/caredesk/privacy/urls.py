from django.urls import path

from caredesk.privacy.views import log, prints

app_name = "privacy"

urlpatterns = [
    path("prints/", prints.prints, name="prints"),
    path("patients/<uuid:patient>/access/", log.patient_log, name="patient_log"),
    path("access/colleagues/", log.colleagues, name="colleagues"),
    path("access/colleagues/<uuid:user>/", log.colleague_log, name="colleague_log"),
    path("access/entries/<uuid:entry>/", log.entry, name="entry"),
]
