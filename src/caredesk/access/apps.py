from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "caredesk.access"
    label = "access"

    def ready(self) -> None:
        from django.core import checks as django_checks

        from caredesk.access import actions, adapting, checks, jobs  # noqa: F401  registers them
        from caredesk.access.tokens import actions as tokens  # noqa: F401  registers them
        from caredesk.access.tokens import places  # noqa: F401

        django_checks.register(checks.every_permission_is_declared)
        django_checks.register(checks.every_page_names_its_permission)
        django_checks.register(checks.every_role_is_known)
