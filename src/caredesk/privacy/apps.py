from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "caredesk.privacy"
    label = "privacy"

    def ready(self) -> None:
        from caredesk.privacy import actions, places, reactions  # noqa: F401  registers them
