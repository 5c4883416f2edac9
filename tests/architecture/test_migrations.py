"""The migrations make exactly what the models say."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command


@pytest.mark.django_db
def test_no_migration_is_missing() -> None:
    said = StringIO()
    try:
        call_command("makemigrations", check=True, dry_run=True, stdout=said)
    except (SystemExit, CommandError):
        pytest.fail(f"Models differ from their migrations:\n{said.getvalue()}")


@pytest.mark.django_db(databases=["default", "owner"])
def test_the_application_starts_without_complaints() -> None:
    call_command("check", fail_level="WARNING")
