from django.urls import path

from caredesk.access.sso import views

urlpatterns = [
    path("sign-in/sso/", views.start, name="sso_start"),
    path("sign-in/sso/back/", views.back, name="sso_back"),
    path("users/<uuid:user>/sso/", views.of_user, name="user_sso"),
    path("users/<uuid:user>/sso/email/end/", views.ended_email, name="end_sign_in_email"),
    path("identities/<uuid:identity>/end/", views.ended, name="end_identity"),
]
