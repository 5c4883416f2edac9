from django.apps import AppConfig


class SchedulingConfig(AppConfig):
    name = "caredesk.scheduling"
    label = "scheduling"
