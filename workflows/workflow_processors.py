"""The processors that TaskHub brings along, by the names that definitions use."""

from .processing.registry import processor
from .processors.classify import check as check_classify
from .processors.classify import classify
from .processors.group import check as check_group
from .processors.group import group
from .processors.segment import check as check_segment
from .processors.segment import segment
from .processors.text import check as check_text
from .processors.text import text

processor("text", check_text)(text)
processor("classify", check_classify)(classify)
processor("segment", check_segment)(segment)
processor("group", check_group)(group)
