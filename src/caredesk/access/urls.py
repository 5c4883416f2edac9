from django.urls import path

from caredesk.access import views
from caredesk.access.sign_in import views as steps

app_name = "access"

# Everything below sign-in/ is open to who is nobody yet, and asks for itself who is half signed in.
urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-in/passkey/", steps.passkey, name="sign_in_passkey"),
    path("sign-in/passkey/options/", steps.passkey_options, name="sign_in_passkey_options"),
    path("sign-in/factor/", steps.factor, name="sign_in_factor"),
    path("sign-in/factor/passkey/", steps.factor_passkey, name="sign_in_factor_passkey"),
    path(
        "sign-in/factor/passkey/options/",
        steps.factor_passkey_options,
        name="sign_in_factor_passkey_options",
    ),
    path("sign-in/factor/recovery/", steps.recovery, name="sign_in_recovery"),
    path("sign-in/password/", steps.new_password, name="sign_in_new_password"),
    path("sign-in/set-up/", steps.set_up, name="sign_in_set_up"),
    path("sign-in/set-up/app/", steps.set_up_app, name="sign_in_set_up_app"),
    path("sign-in/set-up/passkey/", steps.set_up_passkey, name="sign_in_set_up_passkey"),
    path(
        "sign-in/set-up/passkey/options/",
        steps.set_up_passkey_options,
        name="sign_in_set_up_passkey_options",
    ),
    path("sign-in/went-on/", steps.went_on, name="sign_in_went_on"),
    path("sign-out/", views.sign_out, name="sign_out"),
]
