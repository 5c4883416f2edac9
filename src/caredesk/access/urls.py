from django.urls import include, path

from caredesk.access import views
from caredesk.access.account import factors
from caredesk.access.account import views as account
from caredesk.access.matrix import views as matrix
from caredesk.access.sign_in import views as steps
from caredesk.access.tokens import views as tokens
from caredesk.access.users import views as users

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
    path("account/", account.account, name="account"),
    path("account/password/", account.password, name="own_password"),
    path("account/proof/", account.prove, name="prove"),
    path("account/proof/passkey/", account.prove_passkey, name="prove_passkey"),
    path(
        "account/proof/passkey/options/",
        account.prove_passkey_options,
        name="prove_passkey_options",
    ),
    path("account/passkeys/new/", factors.new_passkey, name="new_passkey"),
    path("account/passkeys/new/options/", factors.new_passkey_options, name="new_passkey_options"),
    path("account/passkeys/<uuid:passkey>/", factors.passkey, name="passkey"),
    path("account/passkeys/<uuid:passkey>/end/", factors.removed_passkey, name="removed_passkey"),
    path("account/app/", factors.app, name="app"),
    path("account/app/end/", factors.removed_app, name="removed_app"),
    path("account/recovery-codes/", factors.recovery_codes, name="recovery_codes"),
    path("users/", users.users, name="users"),
    path("users/new/", users.new_user, name="new_user"),
    path("users/second-step/", users.demands, name="demands"),
    path("users/<uuid:user>/", users.user, name="user"),
    path("users/<uuid:user>/password/", users.user_password, name="user_password"),
    path("users/<uuid:user>/roles/", users.granted_role, name="granted_role"),
    path("users/<uuid:user>/roles/<slug:role>/end/", users.ended_role, name="ended_role"),
    path("users/<uuid:user>/factors/end/", users.ended_factors, name="ended_factors"),
    path("users/<uuid:user>/wait/end/", users.lifted_wait, name="lifted_wait"),
    path("users/<uuid:user>/end/", users.ended_user, name="ended_user"),
    path("users/<uuid:user>/restore/", users.restored_user, name="restored_user"),
    path("", include("caredesk.access.locking.urls")),
    path("", include("caredesk.access.sso.urls")),
    path("roles/", matrix.roles, name="roles"),
    path("roles/<slug:role>/", matrix.role, name="role"),
    path("roles/<slug:role>/permissions/", matrix.role_permissions, name="role_permissions"),
    path("permissions/<str:permission>/", matrix.permission, name="permission"),
    path("programs/", tokens.programs, name="programs"),
    path("programs/new/", tokens.new_program, name="new_program"),
    path("programs/<uuid:token>/", tokens.program, name="program"),
    path("programs/<uuid:token>/end/", tokens.ended_program, name="ended_program"),
]
