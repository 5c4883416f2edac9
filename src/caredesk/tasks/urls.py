from django.urls import path

from caredesk.tasks import views

app_name = "tasks"

urlpatterns = [
    path("worklist/", views.list_tasks, name="worklist"),
    path("worklist/<uuid:task>/", views.take, name="take"),
]
