from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "caredesk.access"
    label = "access"

    def ready(self) -> None:
        from caredesk.access import actions, jobs  # noqa: F401  registers them
        from caredesk.access.locking import places  # noqa: F401  registers them
        from caredesk.access.sso import actions as sso  # noqa: F401  registers them
