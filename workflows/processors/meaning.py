"""What a text of a document means as an answer of a field, and how sure that is: documents are written for people.

Only reading is done here; whether the answer fits the field is judged by the engine, as of anybody's answer.
"""

import re
from datetime import date

from tasks.domain.form import Field, FieldType

MAX_VALUE = 200
"""Characters of a number, date or word; texts are as long as their field allows."""
MAX_TEXT = 10_000
_NUMBER = re.compile(r"[-+]?\d[\d.,'\u00a0\u202f]*")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
_DIGITS = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})\.? ([^\W\d_]{3,9})\.?,? (\d{4})")
_MONTH_FIRST = re.compile(r"([^\W\d_]{3,9})\.? (\d{1,2}),? (\d{4})")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YES, _NO = {"yes", "true", "x", "on", "y"}, {"no", "false", "off", "n"}
Meaning = tuple[object, float]
"""The answer, and how sure it is, from 0 to 1."""


def meaning(field: Field, raw: str, *, month_first: bool = False) -> Meaning:
    """Raises ValueError, with words for a person, for a text that is no such answer."""
    text = raw.strip()
    if field.type == FieldType.TEXT:
        return text[: int(field.max) if field.max else MAX_TEXT], 1.0
    text = " ".join(text[:MAX_VALUE].split())
    match field.type:
        case FieldType.NUMBER:
            return _number(text)
        case FieldType.DATE:
            return _date(text, month_first)
        case FieldType.BOOLEAN:
            return _boolean(text)
        case FieldType.SELECT:
            return _option(field, text)
    raise ValueError("is a file, which no document holds")


def _number(text: str) -> Meaning:
    found = _NUMBER.findall(text)
    if not found:
        raise ValueError(f"'{text[:60]}' is no number")
    number, sure = _said(found[0].rstrip(".,'"))
    return number, min(sure, 1.0 if len(found) == 1 else 0.6)


def _said(word: str) -> Meaning:
    """1,234.50 and 1.234,50 are known by what comes last; of 1,234 only its author knows."""
    word = re.sub(r"['\u00a0\u202f]", "", word)
    dot, comma = word.rfind("."), word.rfind(",")
    sure = 1.0
    if dot >= 0 and comma >= 0:
        decimal = "." if dot > comma else ","
    elif word.count(".") > 1 or word.count(",") > 1:
        decimal = ""
    else:
        decimal = "." if dot >= 0 else "," if comma >= 0 else ""
        if decimal and re.fullmatch(r"[-+]?\d{1,3}[.,]\d{3}", word):
            sure, decimal = 0.6, "." if decimal == "." else ""
    plain = "".join(sign for sign in word if sign not in ".," or sign == decimal).replace(",", ".")
    number = float(plain)
    return (int(plain) if "." not in plain else number), sure


def _date(text: str, month_first: bool) -> Meaning:
    try:
        if found := _ISO.search(text):
            return _day(*found.groups()), 1.0
        if found := _DIGITS.search(text):
            return _ordered(found[1], found[3], found[4], found[2], month_first)
        if found := _DAY_FIRST.search(text):
            return _day(found[3], _month(found[2]), found[1]), 1.0
        if found := _MONTH_FIRST.search(text):
            return _day(found[3], _month(found[1]), found[2]), 1.0
    except ValueError:
        pass
    raise ValueError(f"'{text[:60]}' is no date")


def _ordered(one: str, two: str, year: str, sign: str, month_first: bool) -> Meaning:
    """With points the day comes first everywhere; else it is a question of the country, unless only one order fits."""
    if sign == ".":
        return _day(year, two, one), 1.0
    if int(one) > 12 or int(two) > 12 or one == two:
        day, month = (one, two) if int(one) > 12 else (two, one)
        return _day(year, month, day), 1.0
    day, month = (two, one) if month_first else (one, two)
    return _day(year, month, day), 0.6


def _day(year: int | str, month: int | str, day: int | str) -> str:
    return date(int(year), int(month), int(day)).isoformat()


def _month(name: str) -> int:
    return _MONTHS.index(name.casefold()[:3]) + 1


def _boolean(text: str) -> Meaning:
    word = text.casefold().strip("[]().!")
    if word in _YES:
        return True, 1.0
    if word in _NO:
        return False, 1.0
    raise ValueError(f"'{text[:60]}' is neither yes nor no")


def _option(field: Field, text: str) -> Meaning:
    word = text.casefold()
    for option in field.options:
        if word in (option.value.casefold(), option.label.casefold()):
            return option.value, 1.0
    inside = [option for option in field.options if option.label.casefold() in word]
    if len(inside) == 1:
        return inside[0].value, 0.7
    raise ValueError(f"'{text[:60]}' is none of the options")
