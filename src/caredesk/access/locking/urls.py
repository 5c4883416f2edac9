from django.urls import path

from caredesk.access.locking import pages, passkey, views

urlpatterns = [
    path("locked/", views.locked, name="locked"),
    path("locked/passkey/", passkey.options, name="unlock_passkey"),
    path("locked/leave/", views.leave, name="leave"),
    path("session/", views.session, name="session"),
    path("session/active/", views.active, name="active"),
    path("session/lock/", views.lock, name="lock"),
    path("session/aside/", views.aside, name="aside"),
    path("account/sessions/", pages.own, name="own_sessions"),
    path("account/sessions/others/end/", pages.end_others, name="end_other_sessions"),
    path("account/sessions/<uuid:session>/end/", pages.end_own, name="end_session"),
    path("account/pin/", pages.pin, name="own_pin"),
    path("account/pin/end/", pages.remove_pin, name="remove_pin"),
    path("users/<uuid:user>/sessions/", pages.of_user, name="user_sessions"),
    path("users/<uuid:user>/sessions/end/", pages.end_of_user, name="end_user_sessions"),
    path("setup/idle/", pages.idle, name="idle"),
]
