from django.urls import path

from caredesk.ui import views

app_name = "ui"

urlpatterns = [
    path("echo/", views.echo, name="echo"),
    path("deeds/<uuid:deed>/undo/", views.undo_deed, name="undo"),
]
