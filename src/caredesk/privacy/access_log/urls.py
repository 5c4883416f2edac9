from django.urls import path

from caredesk.privacy.access_log.views import disclosures, exporting, log, prints, unusual

urlpatterns = [
    path("prints/", prints.prints, name="prints"),
    path("patients/<uuid:patient>/access/", log.patient_log, name="patient_log"),
    path("access/", unusual.unusual, name="unusual"),
    path("access/colleagues/", log.colleagues, name="colleagues"),
    path("access/colleagues/<uuid:user>/", log.colleague_log, name="colleague_log"),
    path("access/colleagues/<uuid:user>/record/", unusual.own_record, name="own_record"),
    path("access/entries/<uuid:entry>/", log.entry, name="entry"),
    path("access/export/", exporting.export, name="export"),
    path("access/unusual/<uuid:finding>/", unusual.finding, name="finding"),
    path("access/unusual/<uuid:finding>/reopening/", unusual.reopening, name="reopening"),
    path("patients/<uuid:patient>/disclosures/", disclosures.disclosures, name="disclosures"),
    path(
        "patients/<uuid:patient>/disclosures/new/",
        disclosures.new_disclosure,
        name="new_disclosure",
    ),
    path("patients/<uuid:patient>/disclosures/account/", disclosures.accounting, name="accounting"),
    path("disclosures/<uuid:disclosure>/suspension/", disclosures.suspension, name="suspension"),
    path("disclosures/<uuid:disclosure>/withdrawal/", disclosures.withdrawal, name="withdrawal"),
]
