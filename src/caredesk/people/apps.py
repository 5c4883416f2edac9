from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "caredesk.people"
    label = "people"

    def ready(self) -> None:
        from caredesk.people import actions, jobs, pages, places, reactions  # noqa: F401  registers them
