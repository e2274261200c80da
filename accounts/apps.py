from django.apps import AppConfig
from django.core.signals import request_finished


class AccountsConfig(AppConfig):
    name = "accounts"

    def ready(self) -> None:
        from accounts.api_keys import last_uses

        request_finished.connect(last_uses.write, dispatch_uid="accounts.api_keys.last_uses")
