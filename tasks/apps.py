from django.apps import AppConfig


class TasksConfig(AppConfig):
    name = "tasks"

    def ready(self) -> None:
        from .rollups import upkeep  # models are not there before

        upkeep.listen(self)
