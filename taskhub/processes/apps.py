from django.apps import AppConfig


class ProcessesConfig(AppConfig):
    name = "taskhub.processes"
    label = "processes"
