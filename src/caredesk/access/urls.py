from django.urls import path

from caredesk.access import views
from caredesk.access.matrix import views as matrix

app_name = "access"

urlpatterns = [
    path("sign-in/", views.sign_in, name="sign_in"),
    path("sign-out/", views.sign_out, name="sign_out"),
    path("roles/", matrix.roles, name="roles"),
    path("roles/<slug:role>/", matrix.role, name="role"),
    path("roles/<slug:role>/permissions/", matrix.role_permissions, name="role_permissions"),
    path("permissions/<str:permission>/", matrix.permission, name="permission"),
]
