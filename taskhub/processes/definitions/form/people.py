"""The part for `assign`: who does a human step."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from .parts import NOTHING, Part, Place, number, spell
from .posted import Posted
from .shown import Control, Options, Set, Widget, World

NOBODY, USERS, STARTER = "", "users", "starter"
FORMS: Options = (
    (NOBODY, "Nobody: it can be given to someone later"),
    ("user", "One person"),
    ("team", "A team: any member may claim it"),
    (USERS, "Several people"),
    ("variable", "Whoever a variable names"),
    (STARTER, "Whoever started the instance"),
)
_HINTS = {
    "user": "The sign-in name, such as jdoe.",
    "team": "The short name of the team, such as sales.",
    USERS: "Sign-in names, separated by commas.",
    "variable": "Such as reviewer, or order.owner: it holds a sign-in name, several of them, or {team: sales}.",
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Assignment(Part):
    """`assign`: its form, the names, and for several people what their parts are worth."""

    def show(self, value: Any, place: Place, world: World) -> Set:
        given = value if isinstance(value, Mapping) else {}
        form = next((word for word, _ in FORMS if word and given.get(word) is not None), NOBODY)
        path = place.path if form in (NOBODY, STARTER) else f"{place.path}.{form}"
        parts = [
            Control(
                f"{place.name}.form", place.path, self.label, Widget.SELECT, (form,), FORMS, redraws=True,
                faults=world.of(place.path),
            )
        ]  # fmt: skip
        if form not in (NOBODY, STARTER):
            many = given[form] if isinstance(given[form], list) else [given[form]]
            names = ", ".join(each for each in many if isinstance(each, str))
            suggests = "known-people" if form in ("user", "team") else ""
            parts.append(
                Control(
                    f"{place.name}.names", path, "Who", Widget.CODE, (names,), hint=_HINTS[form], suggests=suggests,
                    faults=world.of(path),
                )
            )  # fmt: skip
        if form == USERS:
            parts += self._weights(given, place, world)
        return Set("", "", tuple(parts))

    def _weights(self, given: Mapping[str, Any], place: Place, world: World) -> list[Control]:
        weights = given.get("weights")
        spelled = ", ".join(map(spell, weights if isinstance(weights, list) else []))
        at, enough = f"{place.path}.weights", f"{place.path}.required"
        return [
            Control(
                f"{place.name}.weights", at, "Weights", Widget.CODE, (spelled,), faults=world.of(at),
                hint="What each one's part is worth, in the same order. Without: the same for all.",
            ),
            Control(
                f"{place.name}.required", enough, "Required", Widget.CODE, (spell(given.get("required")),),
                faults=world.of(enough), hint="How much of it is enough. Without: all of it.",
            ),
        ]  # fmt: skip

    def read(self, posted: Posted, place: Place) -> Any:
        form = posted.text(f"{place.name}.form")
        names = posted.text(f"{place.name}.names")
        if form == STARTER:
            return {STARTER: True}
        if form not in _HINTS:
            return NOTHING
        if form != USERS:
            return {form: names}
        said: dict[str, Any] = {USERS: [name for name in _split(names) if name]}
        if weights := posted.text(f"{place.name}.weights"):
            said["weights"] = [number(weight) for weight in _split(weights)]
        if required := posted.text(f"{place.name}.required"):
            said["required"] = number(required)
        return said

    def normal(self, value: Any) -> Any:
        if not isinstance(value, Mapping):
            return Part.normal(self, value)
        return {key: each for key, each in value.items() if each is not None and each != []} or NOTHING


def _split(text: str) -> list[str]:
    return [part.strip() for part in text.split(",")]
