"""Addresses of the staff pages. One address per thing; what a list shows is in its query string."""

from django.urls import path

from taskhub.inbox.styleguide.views import styleguide
from taskhub.inbox.views import (
    acting,
    assets,
    attachments,
    create,
    inbox,
    keys,
    notifications,
    pulse,
    settings,
    talking,
    task,
    working,
)

urlpatterns = [
    path("", inbox.home, name="home"),
    path("inbox/", inbox.inbox_page, name="inbox"),
    path("tasks/new/", create.create_page, name="task-new"),
    path("tasks/<uuid:key>/", task.task_page, name="task"),
    path("tasks/<uuid:key>/comments/", talking.comment, name="task-comment"),
    path("tasks/<uuid:key>/watch/", talking.watch, name="task-watch"),
    path("tasks/<uuid:key>/unwatch/", talking.unwatch, name="task-unwatch"),
    path("tasks/<uuid:key>/files/", working.add_files, name="task-files"),
    path("tasks/<uuid:key>/checklist/", working.add_item, name="task-checklist"),
    path("tasks/<uuid:key>/checklist/<uuid:item>/", working.change_item, name="task-checklist-item"),
    path("tasks/<uuid:key>/time/", working.add_time, name="task-time"),
    path("tasks/<uuid:key>/progress/", working.say_progress, name="task-progress"),
    path("tasks/<uuid:key>/<slug:verb>/", acting.act, name="task-act"),
    path("attachments/<uuid:key>/", attachments.attachment, name="attachment"),
    path("notifications/", notifications.notifications_page, name="notifications"),
    path("notifications/read/", notifications.mark_read, name="notifications-read"),
    path("pulse/", pulse.pulse, name="pulse"),
    path("settings/", settings.profile_page, name="settings"),
    path("settings/notifications/", settings.notifications_page, name="settings-notifications"),
    path("settings/keys/", keys.keys_page, name="settings-keys"),
    path("settings/keys/<uuid:key>/revoke/", keys.revoke, name="settings-key-revoke"),
    path("styleguide/", styleguide, name="styleguide"),
    path("icons.svg", assets.icons, name="icons"),
]
