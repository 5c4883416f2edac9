from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "caredesk.audit"
    label = "audit"

    def ready(self) -> None:
        from caredesk.audit import jobs  # noqa: F401  registers what the clock starts
        from caredesk.audit.store import Store
        from caredesk.kernel.ports import audit_store

        audit_store.answer_with(Store())
