import pytest

from caredesk.ui import registry


@pytest.fixture(autouse=True)
def _nothing_around(monkeypatch: pytest.MonkeyPatch) -> None:
    """These tests are of the ui alone: no day and no practice around its pages."""
    monkeypatch.setattr(registry, "home", registry.Home())
