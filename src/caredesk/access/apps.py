from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "caredesk.access"
    label = "access"

    def ready(self) -> None:
        from caredesk.access import actions, jobs  # noqa: F401  registers them
        from caredesk.access.factors import actions as factors  # noqa: F401
        from caredesk.access.factors import demands  # noqa: F401
        from caredesk.access.locking import places  # noqa: F401
        from caredesk.access.sso import actions as sso  # noqa: F401
        from caredesk.access.waits import actions as waits  # noqa: F401
        from caredesk.access.waits import jobs as forgetting  # noqa: F401
        from caredesk.ui import registry

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
