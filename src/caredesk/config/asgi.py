"""The live process's entry: tells open pages that something changed."""

import django

django.setup()

from caredesk.desk.live import application  # noqa: E402  needs the apps to be loaded

__all__ = ["application"]
