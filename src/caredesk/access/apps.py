from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "caredesk.access"
    label = "access"

    def ready(self) -> None:
        from django.core import checks as django_checks

        from caredesk.access import actions, adapting, checks, jobs, places  # noqa: F401  registers them
        from caredesk.access.factors import actions as factors  # noqa: F401
        from caredesk.access.factors import demands  # noqa: F401
        from caredesk.access.locking import places as locking  # noqa: F401
        from caredesk.access.sso import actions as sso  # noqa: F401
        from caredesk.access.tokens import actions as tokens  # noqa: F401
        from caredesk.access.tokens import places as programs  # noqa: F401
        from caredesk.access.waits import actions as waits  # noqa: F401
        from caredesk.access.waits import jobs as forgetting  # noqa: F401
        from caredesk.ui import registry

        django_checks.register(checks.every_permission_is_declared)
        django_checks.register(checks.every_page_names_its_permission)
        django_checks.register(checks.every_role_is_known)

        registry.add_command(
            registry.Command(
                "My account",
                "access:account",
                permission="access.own_factors",
                words=(
                    "password",
                    "passkey",
                    "authenticator app",
                    "second factor",
                    "recovery codes",
                ),
            )
        )
        registry.add_command(
            registry.Command(
                "People who sign in",
                "access:users",
                permission="access.manage",
                words=("users", "colleagues", "roles", "access", "add somebody", "second step"),
            )
        )
