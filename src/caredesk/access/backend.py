"""Password sign-in."""

from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import check_password, make_password
from django.http import HttpRequest

from caredesk.access.credentials import password_as_kept, username_as_kept
from caredesk.access.models import User


class PasswordBackend:
    """Compares what was typed as it is kept. Demo users are known only while served on loopback."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str = "",
        password: str = "",
        **_: Any,
    ) -> User | None:
        kept = password_as_kept(password)
        found = User.objects.filter(username=username_as_kept(username), is_active=True).first()
        if found is None or (found.demo and not settings.CAREDESK_DEMO_SIGN_INS):
            # The same work as for a known name, so that time tells nothing.
            make_password(kept)
            return None
        return found if check_password(kept, found.password) else None

    def get_user(self, user_id: Any) -> User | None:
        return User.objects.filter(pk=user_id, is_active=True).first()
