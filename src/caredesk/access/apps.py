from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "caredesk.access"
    label = "access"

    def ready(self) -> None:
        from caredesk.access import actions, adapting, jobs  # noqa: F401  registers them
