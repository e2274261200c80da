"""Reads the document of a rule, as the API, the pages and provisioning files write it.

    {name, trigger: {type, value}, condition, actions: [{type, ...}, ...]}

`action` may stand instead of `actions`. Every fault is named by its path.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from accounts.ids import parse_uuid
from tasks.domain.content import MAX_LENGTH, MAX_TAG_LENGTH, MAX_TAGS
from tasks.domain.errors import InvalidInput
from workflows.engine.conditions import Expression, ExpressionError
from workflows.engine.faults import Fault, Faults, InvalidDefinition
from workflows.engine.reading.node import Node, text

from . import conditions, schedule
from .actions import (
    PRIORITIES,
    Action,
    AddComment,
    AddTags,
    Assign,
    CreateTask,
    Escalate,
    Notify,
    Recipients,
    SetDueDate,
    SetPriority,
    StartWorkflow,
)
from .rule import Rule
from .triggers import MAX_VALUE, SCHEDULE, TASK_EVENTS, Trigger, is_name

MAX_NAME = 200
MAX_ACTIONS = 10
MAX_MAKING = 3
"""Actions of one rule that make tasks or start workflows: rules that set each other off must not multiply at will."""
MAX_PEOPLE = 100
MAX_VARIABLES = 100


class InvalidRule(InvalidInput):
    """The rule cannot be used. `faults` has all there is to mend; the fact `faults` says it in plain values."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__(
            "; ".join(str(fault) for fault in faults[:5]),
            field=faults[0].path or "rule",
            code="invalid_rule",
            faults=[{"path": fault.path, "message": fault.message} for fault in faults],
        )
        self.faults = tuple(faults)


def read(document: Any) -> Rule:
    """The rule that `document` says. Raises InvalidRule."""
    faults = Faults()
    node = Node(document, "", faults)
    rule = Rule(
        name=node.text("name", most=MAX_NAME, required=True),
        trigger=_trigger(node),
        condition=_condition(node),
        actions=_actions(node),
    )
    node.close()
    _check_order(rule, faults, "action" if "actions" not in node else "actions[{}]")
    try:
        faults.raise_any()
    except InvalidDefinition as error:
        raise InvalidRule(error.faults) from None
    return rule


def _trigger(node: Node) -> Trigger:
    inner = node.node("trigger")
    kind = inner.text("type", most=MAX_VALUE, required=True)
    value = inner.text("value", most=MAX_VALUE)
    inner.close()
    if kind and kind not in TASK_EVENTS and kind != SCHEDULE and not is_name(kind):
        inner.fault("type", "must be schedule, an event of tasks, or a name of small letters, digits, '-' and '_'")
    elif kind in TASK_EVENTS and value:
        inner.fault("value", f"means nothing for {kind}: say it as a condition")
    elif kind == SCHEDULE:
        try:
            schedule.check(value)
        except ValueError as error:
            inner.fault("value", str(error))
    return Trigger(kind, value)


def _condition(node: Node) -> Expression | None:
    source = node.take("condition")
    if source is None:
        return None
    if not isinstance(source, str):
        node.fault("condition", "must be a CEL expression")
        return None
    try:
        return conditions.read(source)
    except ExpressionError as error:
        node.fault("condition", str(error))
        return None


def _actions(node: Node) -> tuple[Action, ...]:
    if "action" in node and "actions" not in node:
        nodes = [node.node("action")]
        node.take("actions")
    else:
        nodes = list(node.nodes("actions", most=MAX_ACTIONS, required=True))
        if node.take("action") is not None:
            node.fault("action", "stands beside actions: one of them is enough")
    return tuple(made for made in map(_action, nodes) if made is not None)


def _action(node: Node) -> Action | None:
    reader = node.one_of("type", _READERS)
    if reader is None:
        if node.is_mapping and "type" not in node:
            node.fault("type", "is missing")
        return None
    made = reader(node)
    node.close()
    return made


def _check_order(rule: Rule, faults: Faults, path: str) -> None:
    """What is done to a task needs one: the one it is about, or one that an action before has made."""
    there_is_one = rule.trigger.has_task
    for place, action in enumerate(rule.actions):
        if action.needs_task and not there_is_one:
            faults.add(f"{path.format(place)}.type", f"{action.kind} needs a task: create one before")
        there_is_one = there_is_one or action.makes_task
    if sum(not action.needs_task for action in rule.actions) > MAX_MAKING:
        faults.add("actions", f"make more than {MAX_MAKING} tasks and workflows")


def _create_task(node: Node) -> CreateTask:
    template = parse_uuid(node.text("template", most=100)) if "template" in node else None
    if "template" in node and template is None:
        node.fault("template", "is no template's id")
    title = node.text("title", most=MAX_LENGTH["title"])
    if not title.strip() and "template" not in node:
        node.fault("title", "is missing: a task has a title, or a template")
    return CreateTask(
        template=template,
        title=title,
        description=node.text("description", most=MAX_LENGTH["description"]),
        priority=node.one_of("priority", PRIORITIES),
        due_in=node.duration("due_in"),
        tags=_tags(node, "tags"),
        project=node.text("project", most=63),
        to=_recipients(node),
        variables=_variables(node),
    )


def _start_workflow(node: Node) -> StartWorkflow:
    return StartWorkflow(workflow=node.key("workflow"), variables=_variables(node))


def _assign(node: Node) -> Assign:
    to = _recipients(node)
    if not to and "assign" not in node and "auto_assign" not in node:
        node.fault("assign", "is missing: name a person or a team, or say auto_assign")
    return Assign(to)


def _set_priority(node: Node) -> SetPriority:
    if "priority" not in node:
        node.fault("priority", "is missing")
    return SetPriority(node.one_of("priority", PRIORITIES) or PRIORITIES["medium"])


def _set_due_date(node: Node) -> SetDueDate | None:
    if "due_in" not in node:
        node.fault("due_in", "is missing")
    due_in = node.duration("due_in")
    return SetDueDate(due_in) if due_in else None


def _add_comment(node: Node) -> AddComment:
    return AddComment(node.text("text", most=MAX_LENGTH["text"], required=True))


def _add_tags(node: Node) -> AddTags:
    """`tag` for one, `tags` for several."""
    if "tag" in node:
        return AddTags((node.text("tag", most=MAX_TAG_LENGTH, required=True),))
    tags = _tags(node, "tags")
    if not tags:
        node.fault("tag", "is missing")
    return AddTags(tags)


def _notify(node: Node) -> Notify:
    to = _recipients(node)
    if not to and "assign" not in node:
        node.fault("assign", "is missing: name people or a team to tell")
    if to.auto:
        node.fault("auto_assign", "is for work: name people or a team to tell")
    return Notify(to, node.text("text", most=500, required=True))


def _escalate(node: Node) -> Escalate:
    return Escalate()


_READERS: Mapping[str, Callable[[Node], Action | None]] = {
    CreateTask.kind: _create_task,
    StartWorkflow.kind: _start_workflow,
    Assign.kind: _assign,
    SetPriority.kind: _set_priority,
    SetDueDate.kind: _set_due_date,
    AddComment.kind: _add_comment,
    AddTags.kind: _add_tags,
    Notify.kind: _notify,
    Escalate.kind: _escalate,
}


def _recipients(node: Node) -> Recipients:
    """`assign` is {user}, {users} or {team}; `auto_assign` chooses one member of `team`."""
    auto, team = node.flag("auto_assign"), node.text("team", most=63)
    if "assign" not in node:
        node.take("assign")
        if team and not auto:
            node.fault("team", "goes with auto_assign; to give the work to the whole team say assign: {team: ...}")
        return Recipients(team=team, auto=auto)
    inner = node.node("assign")
    given = [form for form in ("user", "users", "team") if form in inner]
    if auto:
        node.fault("auto_assign", "stands beside assign: one of them is enough")
    if len(given) != 1 and inner.is_mapping:
        node.fault("assign", "must name exactly one of user, users, team")
    user, group = inner.text("user", most=150), inner.text("team", most=63)
    users = [text(value, path, node.faults, most=150) for path, value in inner.items("users", most=MAX_PEOPLE)]
    inner.close()
    named = [user] if user else users
    if len(set(named)) < len(named):
        node.fault("assign", "names somebody twice")
    return Recipients(tuple(named), group)


def _tags(node: Node, key: str) -> tuple[str, ...]:
    found = [text(value, path, node.faults, most=MAX_TAG_LENGTH) for path, value in node.items(key, most=MAX_TAGS)]
    return tuple(dict.fromkeys(tag for tag in found if tag))


def _variables(node: Node) -> Mapping[str, Any]:
    if "variables" not in node:
        node.take("variables")
        return {}
    inner = node.node("variables")
    return {name: inner.plain(name) for name in inner.names(most=MAX_VARIABLES)}
