"""Files that are of no use any more: those that no row names, and those of tasks deleted a while ago (ADR 123).

A file is written before its row is committed, so one without a row may belong to an upload that is under way: only what
has lain there for a day is taken. A row gives its file up before the file goes, so a crash leaves a file, never a gap.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice

from django.apps import apps
from django.core.files.storage import Storage
from django.db.models import FileField
from django.utils import timezone

from tasks import events
from tasks.models import Attachment

UPLOADING = timedelta(days=1)
"""Longer than any upload takes."""
KEEP_DELETED = timedelta(days=30)
LOOK_AT = 20_000
"""Files of one folder that one run looks at."""
BATCH = 500
"""Files that are looked up at once; and of deleted tasks, how many one run removes."""


def purge_files(now: datetime | None = None) -> int:
    """Remove some of what is of no use, and say how many files that were. Another run goes on."""
    now = now or timezone.now()
    gone = _of_deleted_tasks(now)
    for folder, path in events.wiring().FILES:
        gone += _unnamed(folder, _field(path), now)
    return gone


def _of_deleted_tasks(now: datetime) -> int:
    """The history goes on telling of them: name, size and digest stay in the row. What a workflow knows, it keeps."""
    old = Attachment.objects.filter(task__deleted_at__lt=now - KEEP_DELETED, task__instance_id__isnull=True)
    found = dict(old.exclude(file="").order_by("pk").values_list("pk", "file")[:BATCH])
    Attachment.objects.filter(pk__in=found).update(file="")
    for name in found.values():
        _field("tasks.Attachment.file").storage.delete(name)
    return len(found)


def _unnamed(folder: str, field: FileField, now: datetime) -> int:
    """Begins at another place each time, so that in time every file is looked at, however many there are."""
    gone, chance = 0, random.Random(now.isoformat())  # noqa: S311  nothing secret
    names = islice(_names(field.storage, folder, chance), LOOK_AT)
    while batch := list(islice(names, BATCH)):
        rows = field.model._base_manager.filter(**{f"{field.name}__in": batch})
        named = set(rows.values_list(field.name, flat=True))
        for name in batch:
            if name not in named and _is_older(field.storage, name, now - UPLOADING):
                field.storage.delete(name)
                gone += 1
    return gone


def _names(storage: Storage, folder: str, chance: random.Random) -> Iterator[str]:
    """The files below that folder, as rows name them, in an order of chance."""
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for some in (folders, files):
        chance.shuffle(some)
    yield from (f"{folder}/{name}" for name in files)
    for inner in folders:
        yield from _names(storage, f"{folder}/{inner}", chance)


def _is_older(storage: Storage, name: str, moment: datetime) -> bool:
    try:
        return storage.get_modified_time(name) < moment
    except FileNotFoundError:  # somebody else was faster
        return False


def _field(path: str) -> FileField:
    model, _, name = path.rpartition(".")
    field = apps.get_model(model)._meta.get_field(name)
    assert isinstance(field, FileField)
    return field
