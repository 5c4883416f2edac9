from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "caredesk.desk"
    label = "desk"

    def ready(self) -> None:
        from caredesk.desk import day, finding
        from caredesk.practice.queries import organization_name
        from caredesk.ui import registry

        registry.home.practice = lambda _: organization_name()
        registry.home.middle = day.middle
        registry.home.bar = finding.bar_says
        registry.add_rail(
            registry.RailEntry(
                "Day", "desk:today", icon="day", permission="scheduling.view", key="d", position=10
            )
        )
        registry.add_command(
            registry.Command(
                "Show today",
                "desk:today",
                permission="scheduling.view",
                words=("go to day", "board", "calendar"),
            )
        )
        registry.add_command(
            registry.Command(
                "Find the first free time",
                "desk:new_visit",
                permission="scheduling.book",
                words=("book a visit", "next appointment", "schedule", "make"),
            )
        )
