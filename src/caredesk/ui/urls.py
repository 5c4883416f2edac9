from django.urls import path

from caredesk.ui import reports, views

app_name = "ui"

urlpatterns = [
    path("csp-report/", reports.content_policy, name="content_policy"),
    path("echo/", views.echo, name="echo"),
    path("drafts/", views.left_open, name="drafts"),
    path("drafts/typed/", views.typed, name="typed"),
    path("drafts/<uuid:draft>/end/", views.end, name="end_draft"),
    path("deeds/<uuid:deed>/undo/", views.undo_deed, name="undo"),
]
