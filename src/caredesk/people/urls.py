from django.urls import path

from caredesk.people.views import (
    callers,
    documents,
    finding,
    glass,
    kept,
    patients,
    registering,
    restricting,
)

app_name = "people"

urlpatterns = [
    path("patients/", finding.patients, name="list"),
    path("patients/new/", registering.new, name="new"),
    path("patients/<uuid:patient>/", patients.patient, name="patient"),
    path("patients/<uuid:patient>/glass/", glass.glass, name="glass"),
    path("pieces/<uuid:piece>/glass/", glass.piece_glass, name="piece_glass"),
    path("glass/<uuid:grant>/end/", glass.end, name="end_glass"),
    path("patients/<uuid:patient>/restrictions/", restricting.of_patient, name="restrictions"),
    path("restrictions/", restricting.standing, name="all_restrictions"),
    path("restrictions/<uuid:restriction>/end/", restricting.end, name="end_restriction"),
    path("patients/<uuid:patient>/details/", patients.details, name="details"),
    path("patients/<uuid:patient>/death/", patients.death, name="death"),
    path("patients/<uuid:patient>/relatives/<uuid:relative>/", kept.relative, name="relative"),
    path("patients/<uuid:patient>/documents/", documents.documents, name="documents"),
    path("documents/<uuid:document>/", documents.document, name="document"),
    path("documents/<uuid:document>/withdrawal/", documents.withdrawal, name="document_withdrawal"),
    path(
        "documents/<uuid:document>/restoration/",
        documents.restoration,
        name="document_restoration",
    ),
    path("patients/<uuid:patient>/relatives/<uuid:relative>/calls/", callers.caller, name="caller"),
    path(
        "patients/<uuid:patient>/relatives/<uuid:relative>/code-word/",
        callers.code_word,
        name="code_word",
    ),
    *[
        path(
            f"patients/<uuid:patient>/{kind.name}/",
            kept.several,
            {"kind": kind.name},
            name=f"new_{kind.argument}",
        )
        for kind in kept.KINDS.values()
    ],
    *[
        path(
            f"{kind.name}/<uuid:row>/end/",
            kept.end,
            {"kind": kind.name},
            name=f"end_{kind.argument}",
        )
        for kind in kept.KINDS.values()
    ],
]
