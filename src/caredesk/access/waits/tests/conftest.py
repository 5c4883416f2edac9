import pytest


@pytest.fixture(autouse=True)
def quick_hashes(settings: object) -> None:
    """Hundreds of passwords are tried here, and none of it is about how they are hashed."""
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]
        "django.contrib.auth.hashers.MD5PasswordHasher"
    ]
