from django.apps import AppConfig


class TaskhubConfig(AppConfig):
    name = "taskhub"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system checks
