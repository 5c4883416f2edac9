from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "caredesk.access"
    label = "access"

    def ready(self) -> None:
        from caredesk.access import actions, jobs  # noqa: F401  registers them
        from caredesk.access.factors import actions as factors  # noqa: F401
        from caredesk.access.factors import demands  # noqa: F401
        from caredesk.access.waits import actions as waits  # noqa: F401
        from caredesk.access.waits import jobs as forgetting  # noqa: F401
