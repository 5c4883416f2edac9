from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "caredesk.tasks"
    label = "tasks"

    def ready(self) -> None:
        from caredesk.tasks import actions, jobs, places  # noqa: F401  registers them
