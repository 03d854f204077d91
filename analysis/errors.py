"""The one kind of error that Simak raises for what a user can mend."""


class SimakError(Exception):
    """Something the user gave cannot be used; the message says what, where and what is allowed.

    The command line prints the message as one sentence and exits with status 2; it never shows
    a traceback for it.
    """
