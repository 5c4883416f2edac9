from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    name = "caredesk.interfaces"
    label = "interfaces"

    def ready(self) -> None:
        from caredesk.interfaces.importing import actions  # noqa: F401  registers them
