from django.urls import path

from caredesk.access import views
from caredesk.access.tokens import views as tokens

app_name = "access"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("programs/", tokens.programs, name="programs"),
    path("programs/new/", tokens.new_program, name="new_program"),
    path("programs/<uuid:token>/", tokens.program, name="program"),
    path("programs/<uuid:token>/end/", tokens.ended_program, name="ended_program"),
]
