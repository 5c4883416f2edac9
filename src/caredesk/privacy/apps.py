from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "caredesk.privacy"
    label = "privacy"

    def ready(self) -> None:
        from caredesk.privacy.access_log import (  # noqa: F401  registers them
            actions,
            jobs,
            places,
        )
