from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "caredesk.people"
    label = "people"

    def ready(self) -> None:
        from caredesk.access.ports import gate_columns
        from caredesk.access.tokens.ports import known_patients
        from caredesk.kernel.ports import sight
        from caredesk.people import (  # noqa: F401  registers them
            actions,
            jobs,
            pages,
            places,
            reactions,
            strips,
        )
        from caredesk.people.gate import Gate
        from caredesk.people.tokens import Known

        gate = Gate()
        gate_columns.answer_with(gate)
        sight.answer_with(gate)
        known_patients.answer_with(Known())
