"""What stops a stack from starting, in words for the person at the terminal."""


class StackError(Exception):
    """A stack cannot start or go on; the message is one line and says what to change."""
