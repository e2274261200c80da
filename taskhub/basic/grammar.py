"""The language: text -> tree, refused where it is no script, or too long or too deep to be one.

Words are of any case. There is no power operator and no loop, so what a script may cost is bounded by its length.
"""

import re
from functools import cache

from lark import Lark, Token, Tree
from lark.exceptions import UnexpectedCharacters, UnexpectedEOF, UnexpectedInput

from .errors import ScriptError

MAX_LENGTH = 10_000
MAX_DEPTH = 40

GRAMMAR = r"""
start: _NL? (statement (_NL statement)* _NL?)?

?statement: simple | block
block: _IF expression _THEN _NL body _else_block? _END_IF
_else_block: _ELSE _NL body
body: (statement _NL)*

?simple: NAME "=" expression                    -> assign
    | NAME "=" create                           -> assign
    | create
    | _SET_TASK FIELD expression "," expression -> change
    | _COMPLETE_TASK expression                 -> complete
    | _TALK expression                          -> talk
    | _IF expression _THEN simple (_ELSE simple)? -> choice
create: _CREATE_TASK expression ("," expression)?

?expression: conjunction (_OR conjunction)*     -> any_of
conjunction: negation (_AND negation)*          -> all_of
?negation: _NOT negation                        -> not_
    | comparison
?comparison: sum (COMPARE sum | EQUALS sum)?
?sum: term ((PLUS | MINUS) term)*
?term: factor ((TIMES | OVER) factor)*
?factor: MINUS factor                           -> negative
    | atom
?atom: NUMBER                                   -> number
    | TEXT                                      -> text
    | FUNCTION "(" (expression ("," expression)*)? ")" -> call
    | NAME                                      -> name
    | _GET_TASK_STATUS atom                     -> status
    | "(" expression ")"

_CREATE_TASK.3: /CREATE[ \t]+TASK\b/i
_COMPLETE_TASK.3: /COMPLETE[ \t]+TASK\b/i
_GET_TASK_STATUS.3: /GET[ \t]+TASK[ \t]+STATUS\b/i
_SET_TASK.3: /SET[ \t]+TASK\b/i
FIELD.2: /(PRIORITY|STATUS|ASSIGNEE|DUE[ \t]+DATE)\b(?=[ \t]*[^ \t=])/i
_END_IF.3: /END[ \t]+IF\b/i
_IF.2: /IF\b/i
_THEN.2: /THEN\b/i
_ELSE.2: /ELSE\b/i
_TALK.2: /TALK\b/i
_AND.2: /AND\b/i
_OR.2: /OR\b/i
_NOT.2: /NOT\b/i
FUNCTION.2: /(NOW|LEN|STR)(?=[ \t]*\()/i
NAME: /[A-Za-z_][A-Za-z0-9_]{0,62}\$?/
NUMBER: /[0-9]{1,15}(\.[0-9]{1,15})?/
TEXT: /"([^"\x00-\x08\x0a-\x1f\x7f]|"")*"/
COMPARE: "<>" | "<=" | ">=" | "<" | ">"
EQUALS: "="
PLUS: "+" | "&"
MINUS: "-"
TIMES: "*"
OVER: "/" | /MOD\b/i
COMMENT: /('|REM\b)[^\r\n]*/i
_NL: /(\r?\n[ \t]*(('|REM\b)[^\r\n]*)?)+/i
%ignore /[ \t]+/
%ignore COMMENT
"""

_WORDS = {
    "_NL": "the end of the line",
    "$END": "the end of the script",
    "_END_IF": "END IF",
    "_THEN": "THEN",
    "EQUALS": "=",
    "COMMA": ",",
    "RPAR": ")",
}
"""How the most telling expectations are called."""
_QUIET = re.compile(r"""\"[^"\r\n]*"|'.*|\bREM\b.*""", re.IGNORECASE)
"""Texts and comments, in which anything may stand."""
_CHAIN = re.compile(rf"(?:(?:-|\bNOT\b)[ \t]*){{{MAX_DEPTH}}}", re.IGNORECASE)


@cache
def _parser() -> Lark:
    return Lark(GRAMMAR, parser="lalr", propagate_positions=True, maybe_placeholders=False)


def parse(script: str) -> Tree[Token]:
    """The tree of a script. Raises ScriptError."""
    if len(script) > MAX_LENGTH:
        raise ScriptError(f"A script has at most {MAX_LENGTH} characters.", 1, 1)
    _check_nesting(script)
    try:
        tree = _parser().parse(script)
    except UnexpectedInput as error:
        raise _refusal(error, script) from None
    _check_depth(tree)
    return tree


def _check_nesting(script: str) -> None:
    """Refuse endless nesting before the parser has to remember it."""
    for number, line in enumerate(script.split("\n"), 1):
        code = _QUIET.sub(lambda found: " " * len(found[0]), line)
        if chain := _CHAIN.search(code):
            raise ScriptError("This is nested too deeply.", number, chain.start() + 1)
        depth = 0
        for column, character in enumerate(code, 1):
            depth += (character == "(") - (character == ")")
            if depth > MAX_DEPTH:
                raise ScriptError("This is nested too deeply.", number, column)


def _check_depth(tree: Tree[Token]) -> None:
    """Refuse what would take the machine too deep. Without recursion, which is the point."""
    waiting = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        if depth > 3 * MAX_DEPTH:
            raise ScriptError("This is nested too deeply.", *place(node))
        waiting.extend((child, depth + 1) for child in node.children if isinstance(child, Tree))


def place(node: Tree[Token] | Token) -> tuple[int, int]:
    """Line and column where that begins."""
    at = node if isinstance(node, Token) else node.meta
    return getattr(at, "line", None) or 1, getattr(at, "column", None) or 1


def _refusal(error: UnexpectedInput, script: str) -> ScriptError:
    if isinstance(error, UnexpectedEOF) or getattr(getattr(error, "token", None), "type", "") == "$END":
        lines = script.split("\n")
        return ScriptError("The script ends too early.", len(lines), len(lines[-1]) + 1)
    expected = getattr(error, "allowed" if isinstance(error, UnexpectedCharacters) else "expected", None) or ()
    hints = [words for name, words in _WORDS.items() if name in expected]
    hint = f" Expected {' or '.join(hints)}." if hints and len(expected) < 14 else ""
    return ScriptError(f"This is not understood.{hint}", max(error.line, 1), max(error.column, 1))
