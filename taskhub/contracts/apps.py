from django.apps import AppConfig


class ContractsConfig(AppConfig):
    name = "taskhub.contracts"

    def ready(self) -> None:
        from . import checks  # noqa: F401  registers the system checks
