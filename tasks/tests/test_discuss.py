"""Comments and watching work in every state and change nothing else."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.base import ContentFile

from accounts import access
from accounts.models import Project, User
from conftest import Cast
from tasks.conftest import types
from tasks.domain.errors import InvalidInput, NotAllowed, NotFound
from tasks.models import Comment, Task

NewTask, Do = Callable[..., Task], Callable[..., Any]


def test_whoever_sees_a_task_comments_on_it(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    comment = do(eve, "comment", task, text="Which page?")
    assert (comment.author, comment.text, comment.organization_id) == (eve, "Which page?", cast.acme.pk)
    event = task.events.get(type="comment.added")
    assert event.payload == {"comment": comment.pk}
    task.refresh_from_db()
    assert task.version == 1


def test_a_closed_task_is_still_talked_about(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "perform", new_task(cast.ana))
    do(cast.bo, "comment", task, text="Thanks")
    do(cast.bo, "watch", task)
    assert types(task)[-2:] == ["comment.added", "watcher.added"]


@pytest.mark.parametrize("text", ["", "  \n", "x" * 10_001])
def test_a_comment_says_something_within_bounds(cast: Cast, new_task: NewTask, do: Do, text: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        do(cast.ana, "comment", new_task(), text=text)
    assert refused.value.field == "text"
    assert not Comment.objects.exists()


def test_who_may_only_look_watches_and_does_not_comment(cast: Cast, vera: User, new_task: NewTask, do: Do) -> None:
    task = do(vera, "watch", new_task(cast.ana))
    assert task.watchers.get().user == vera
    with pytest.raises(NotAllowed):
        do(vera, "comment", task, text="x")


def test_watching_twice_is_watching(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.bo, "watch", do(cast.bo, "watch", new_task()))
    assert task.watchers.count() == 1
    do(cast.bo, "unwatch", task)
    do(cast.bo, "unwatch", task)
    assert not task.watchers.exists()
    assert types(task) == ["task.created", "watcher.added", "watcher.removed"]


def test_nobody_comments_on_what_they_do_not_see(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = new_task(project=cast.vault)
    for verb, given in (("comment", {"text": "x"}), ("watch", {}), ("unwatch", {})):
        with pytest.raises(NotFound):
            do(cast.ana, verb, task, **given)


def test_a_watcher_still_sees_a_task_after_losing_the_project(cast: Cast, new_task: NewTask, do: Do) -> None:
    task = do(cast.ana, "watch", new_task())
    cast.project.visibility = "private"
    cast.project.save()
    access.forget()
    do(cast.ana, "comment", task, text="Still here")
    do(cast.ana, "unwatch", task)
    with pytest.raises(NotFound):
        do(cast.ana, "comment", task, text="Gone")


def test_a_mention_makes_a_watcher(cast: Cast, eve: User, new_task: NewTask, do: Do) -> None:
    task = new_task(cast.ana)
    row = do(cast.ana, "comment", task, text="Please look.", mentions=[eve.uuid, cast.ana.uuid, eve.uuid])
    assert list(row.mentions.all()) == [eve]
    assert task.watchers.get().user == eve
    assert types(task)[1:] == ["comment.added", "watcher.added", "comment.mentioned"]
    do(cast.ana, "comment", task, text="@eve, @nobody: mail eve@example.com (@EVE)")
    assert task.watchers.count() == 1


def test_nobody_is_mentioned_who_is_not_here_or_may_not_see_it(
    cast: Cast, eve: User, vault: Project, new_task: NewTask, do: Do
) -> None:
    hidden = new_task(cast.ana, project=vault)
    with pytest.raises(InvalidInput, match="may not see") as refused:
        do(cast.ana, "comment", hidden, text="x", mentions=[eve.uuid])
    assert refused.value.field == "mentions"
    do(cast.ana, "comment", hidden, text="@eve would not see this, @cleo does")
    assert [watcher.user for watcher in hidden.watchers.all()] == [cast.cleo]
    with pytest.raises(NotFound) as unknown:
        do(cast.ana, "comment", new_task(cast.ana), text="x", mentions=[cast.dan.uuid])
    assert unknown.value.code == "user_not_found"


def test_a_comment_takes_files_of_its_task_once(cast: Cast, new_task: NewTask, do: Do) -> None:
    task, other = new_task(cast.ana), new_task(cast.ana)
    mine, foreign = (do(cast.ana, "attach", of, name="a.txt", content=ContentFile(b"a")) for of in (task, other))
    row = do(cast.ana, "comment", task, text="See there", attachments=[mine.uuid])
    assert list(row.attachments.all()) == [mine]
    for wrong in (mine, foreign):
        with pytest.raises(InvalidInput) as refused:
            do(cast.ana, "comment", task, text="See there", attachments=[wrong.uuid])
        assert refused.value.field == "attachments"
    assert task.comments.count() == 1


def test_others_are_made_watchers_by_who_may_speak_and_let_off_by_who_may_manage(
    cast: Cast, eve: User, vera: User, new_task: NewTask, do: Do
) -> None:
    task = new_task(cast.ana)
    do(cast.ana, "watch", task, user=eve.uuid)
    assert [watcher.user for watcher in task.watchers.all()] == [eve]
    with pytest.raises(NotAllowed):
        do(vera, "watch", task, user=cast.bo.uuid)
    with pytest.raises(NotAllowed):
        do(cast.ana, "unwatch", task, user=eve.uuid)
    do(cast.cleo, "unwatch", task, user=eve.uuid)
    assert not task.watchers.exists()
