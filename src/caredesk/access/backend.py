"""Password sign-in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from caredesk.access.models import User


class PasswordBackend:
    """Takes a username in any case. Demo users are known only while served on loopback."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str = "",
        password: str = "",
        **_: Any,
    ) -> User | None:
        found = User.objects.filter(username=username.strip().lower(), is_active=True).first()
        if found is None or (found.demo and not settings.CAREDESK_DEMO_SIGN_INS):
            # The same work as for a known name, so that time tells nothing.
            make_password(password)
            return None
        return found if check_password(password, found.password) else None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
