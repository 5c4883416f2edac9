from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "caredesk.kernel"
    label = "kernel"

    def ready(self) -> None:
        from django.core import checks
        from django.utils.module_loading import autodiscover_modules

        from caredesk.kernel import queue, undo  # noqa: F401  registers the kernel's job and its one action
        from caredesk.kernel.ports import empty_ports

        checks.register(empty_ports)
        autodiscover_modules("permissions")
