from django.apps import AppConfig


class KernelConfig(AppConfig):
    name = "caredesk.kernel"
    label = "kernel"

    def ready(self) -> None:
        from django.core import checks

        from caredesk.kernel import undo  # noqa: F401  registers the one action of the kernel
        from caredesk.kernel.ports import empty_ports

        checks.register(empty_ports)
