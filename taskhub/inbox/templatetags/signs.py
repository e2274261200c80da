"""Small signs of the pages: icon, state, priority, due time, people. Plain functions: a list prints hundreds."""

from datetime import datetime
from functools import lru_cache
from zlib import crc32

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from taskhub.inbox import moments, words
from taskhub.inbox.icons import ICONS, sprite
from taskhub.inbox.markdown import html

register = template.Library()
HUES = 6


@register.simple_tag
@lru_cache(maxsize=256)
def icon(name: str, label: str = "") -> SafeString:
    """A drawing of the sprite; without `label` it is decoration for those who see it."""
    if name not in ICONS:
        raise template.TemplateSyntaxError(f"The icon {name!r} is not in taskhub.inbox.icons.ICONS.")
    href = f"{reverse('icons')}?v={sprite().digest}#i-{name}"
    named = format_html('role="img" aria-label="{}"', label) if label else mark_safe('aria-hidden="true"')
    return format_html('<svg class="icon" {}><use href="{}"/></svg>', named, href)


@register.filter
def markdown(text: str) -> SafeString:
    """What somebody wrote, with its emphasis, lists and links."""
    return html(text)


@register.simple_tag
@lru_cache(maxsize=64)
def state(name: str, closed_reason: str = "") -> SafeString:
    """The state of a task: icon, word and tint."""
    return _badge(words.state_sign(name, closed_reason))


@register.simple_tag
@lru_cache(maxsize=16)
def share_state(name: str) -> SafeString:
    """The state of one assignee's share."""
    return _badge(words.SHARES[name])


def _badge(sign: words.Sign) -> SafeString:
    return format_html('<span class="badge badge--{}">{}{}</span>', sign.tint, icon(sign.icon), sign.word)


@register.simple_tag
def badge(word: str, icon_name: str, tint: str = "gray") -> SafeString:
    """Any other short fact: escalated, urgent, private."""
    return _badge(words.Sign(word, icon_name, tint))


@register.simple_tag
@lru_cache(maxsize=8)
def priority(number: int) -> SafeString:
    """The priority in a word, with a shape that says the same."""
    sign = words.PRIORITIES[number]
    return format_html(
        '<span class="prio prio--{}">{}{}<span class="sr"> priority</span></span>',
        sign.tint,
        icon(sign.icon),
        sign.word,
    )


@register.simple_tag
def due(moment: datetime | None, is_open: bool, now: datetime | None = None) -> SafeString:
    """When it is due: relative, with the absolute time and its zone on hover. A closed task is never late."""
    if moment is None:
        return mark_safe('<span class="due due--none">No due date</span>')
    now = now or timezone.now()
    late = is_open and moment < now
    soon = is_open and not late and moment - now < moments.SOON
    zone = timezone.get_current_timezone()
    text = moments.due(moment, now, zone) if is_open else moments.ago(moment, now, zone)
    sign = icon("alarm-clock") if late or soon else icon("calendar")
    tone = "late" if late else "soon" if soon else "plain"
    return format_html(
        '<span class="due due--{}">{}<span class="sr">Due </span>{}</span>', tone, sign, _time(moment, text)
    )


@register.simple_tag
def ago(moment: datetime, now: datetime | None = None) -> SafeString:
    """When something happened: relative, with the absolute time and its zone on hover."""
    return _time(moment, moments.ago(moment, now or timezone.now(), timezone.get_current_timezone()))


@register.simple_tag
def absolute(moment: datetime) -> SafeString:
    """A moment in full, with the zone's name."""
    return _time(moment, moments.absolute(moment, timezone.get_current_timezone()))


def _time(moment: datetime, text: str) -> SafeString:
    full = moments.absolute(moment, timezone.get_current_timezone())
    return format_html('<time datetime="{}" title="{}">{}</time>', moment.isoformat(), full, text)


@register.simple_tag
def avatar(name: str, size: str = "") -> SafeString:
    """A person's initials on a tint of their own. Pictures live on other hosts, which the CSP rightly refuses."""
    size_class = f" avatar--{size}" if size else ""
    return format_html(
        '<span class="avatar{} hue{}" aria-hidden="true" title="{}">{}</span>',
        size_class,
        _hue(name),
        name,
        initials(name),
    )


@register.simple_tag
def team_avatar(name: str) -> SafeString:
    """A team: square and with its own icon, so that it is not taken for a person."""
    return format_html(
        '<span class="avatar avatar--team hue{}" aria-hidden="true" title="{}">{}</span>',
        _hue(name),
        name,
        icon("users"),
    )


def initials(name: str) -> str:
    """First letters of the first and the last word: "Ana Maria Diaz" -> "AD"."""
    parts = name.split() or ["?"]
    return (parts[0][0] + (parts[-1][0] if len(parts) > 1 else "")).upper()


def _hue(name: str) -> int:
    return crc32(name.encode()) % HUES + 1


@register.filter
def source(name: str) -> str:
    """The door a task came in by, in people's words."""
    return words.source_word(name)


@register.filter
def spaced(name: str) -> str:
    """A machine's name for people: "call_id" -> "Call id"."""
    return words.spaced(name)


@register.filter
def weight(value: object) -> str:
    """A weight without the column's trailing zeros: 0.500000 -> 0.5, 0.333334 -> 0.333."""
    return f"{round(float(str(value)), 3):g}"
