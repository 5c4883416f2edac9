from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "caredesk.ui"
    label = "ui"

    def ready(self) -> None:
        from caredesk.ui import actions, jobs  # noqa: F401  registers them
