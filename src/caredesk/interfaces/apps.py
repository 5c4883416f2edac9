from django.apps import AppConfig


class InterfacesConfig(AppConfig):
    name = "caredesk.interfaces"
    label = "interfaces"
