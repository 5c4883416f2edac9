from django.urls import include, path

from caredesk.access import views

app_name = "access"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("", include("caredesk.access.locking.urls")),
    path("", include("caredesk.access.sso.urls")),
]
