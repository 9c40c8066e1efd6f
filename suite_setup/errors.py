"""The one exception a user sees: a line that says what is wrong and what to do."""


class SetupError(Exception):
    """Something outside the project is missing or wrong; the message is shown as one line."""
