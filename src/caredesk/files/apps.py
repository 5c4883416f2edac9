from django.apps import AppConfig


class FilesConfig(AppConfig):
    name = "caredesk.files"
    label = "files"

    def ready(self) -> None:
        from caredesk.files import actions  # noqa: F401  registers them
