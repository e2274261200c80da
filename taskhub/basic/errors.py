"""What goes wrong with a script: always at a place of it."""


class ScriptError(Exception):
    """The script cannot be read, or cannot go on. Lines and columns count from 1."""

    def __init__(self, message: str, line: int, column: int) -> None:
        super().__init__(message)
        self.message = message
        self.line = line
        self.column = column

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}: {self.message}"
