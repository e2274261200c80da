"""Conditions and computed values of definitions: CEL within bounds, never Python."""

from .expressions import Expression, ExpressionError, evaluate, expression, holds

__all__ = ["Expression", "ExpressionError", "evaluate", "expression", "holds"]
