from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "caredesk.scheduling"
    label = "scheduling"

    def ready(self) -> None:
        from caredesk.people.ports import patient_in_use
        from caredesk.privacy.ports import treating
        from caredesk.scheduling import actions, jobs, pages  # noqa: F401  registers them
        from caredesk.scheduling.queries.patients import VisitsOfPatient
        from caredesk.scheduling.queries.treating import TreatingByVisits

        patient_in_use.answer_with(VisitsOfPatient())
        treating.answer_with(TreatingByVisits())
