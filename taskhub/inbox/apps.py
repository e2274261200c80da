from django.apps import AppConfig


class InboxConfig(AppConfig):
    name = "taskhub.inbox"
    label = "inbox"
