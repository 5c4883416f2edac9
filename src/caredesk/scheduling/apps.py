from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "caredesk.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        from caredesk.scheduling import actions, jobs  # noqa: F401  registers them
