from django.urls import path

from caredesk.interfaces.actions import views

app_name = "interfaces"

urlpatterns = [
    path("api/openapi.json", views.openapi, name="openapi"),
    path("api/actions/<slug:name>", views.run_action, name="action"),
]
