from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "caredesk.people"
    label = "people"

    def ready(self) -> None:
        from caredesk.access.tokens.ports import known_patients
        from caredesk.people import actions, jobs, pages, places, reactions  # noqa: F401  registers them
        from caredesk.people.tokens import Known

        known_patients.answer_with(Known())
