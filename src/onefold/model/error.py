"""The errors Onefold raises on purpose: each says what, where and what to do, and carries its exit status."""


class OnefoldError(Exception):
    """Something could not be done; `str()` is one line for people: what is wrong and where, then what to do.

    Message and hint are lower case and end without a full stop; `code` is the word that scripts read.
    """

    exit_status: int = 1

    def __init__(self, message: str, *, code: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}" if self.hint else self.message


class UsageError(OnefoldError):
    """The command, an option or an input file is not usable as given; nothing was changed."""

    exit_status = 2


class Refused(OnefoldError):
    """A guard refused to go on; nothing was changed."""

    exit_status = 3
