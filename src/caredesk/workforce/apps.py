from django.apps import AppConfig


class WorkforceConfig(AppConfig):
    name = "caredesk.workforce"
    label = "workforce"

    def ready(self) -> None:
        from caredesk.workforce import actions  # noqa: F401  registers this room's actions
