from django.apps import AppConfig


class PeopleConfig(AppConfig):
    name = "caredesk.people"
    label = "people"

    def ready(self) -> None:
        from caredesk.access.ports import gate_columns
        from caredesk.kernel.ports import sight
        from caredesk.people import actions, jobs, places, reactions, strips  # noqa: F401  registers them
        from caredesk.people.gate import Gate

        gate = Gate()
        gate_columns.answer_with(gate)
        sight.answer_with(gate)
