from django.apps import AppConfig


class PracticeConfig(AppConfig):
    name = "caredesk.practice"
    label = "practice"

    def ready(self) -> None:
        from caredesk.practice import actions  # noqa: F401  registers this room's actions
