from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "caredesk.privacy"
    label = "privacy"

    def ready(self) -> None:
        from caredesk.privacy import actions, places, reactions  # noqa: F401  registers them
        from caredesk.privacy.access_log import actions as of_access  # noqa: F401
        from caredesk.privacy.access_log import jobs  # noqa: F401
        from caredesk.privacy.access_log import places as of_log  # noqa: F401
        from caredesk.privacy.wider import actions as of_wider  # noqa: F401
