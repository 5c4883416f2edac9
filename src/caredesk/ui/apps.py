from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "caredesk.ui"
    label = "ui"
