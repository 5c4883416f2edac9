"""Keys of each test's own."""

from pathlib import Path

import pytest
from django.conf import settings

from caredesk.config.keys import KeyRing


@pytest.fixture(autouse=True)
def own_keys(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(settings, "CAREDESK_FILE_KEYS", KeyRing(tmp_path / "keys"))
