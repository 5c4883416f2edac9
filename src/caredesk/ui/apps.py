from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "caredesk.ui"
    label = "ui"

    def ready(self) -> None:
        from caredesk.ui import actions, jobs, registry  # noqa: F401  registers them

        registry.add_command(
            registry.Command(
                "What was left open",
                "ui:drafts",
                permission="desk.use",
                words=("left open", "half typed", "drafts", "go on"),
            )
        )
