"""What is answered to a text, word for word, where the book does not say it in its own words."""

from collections.abc import Mapping
from typing import Final

from onefold.model.keyword import TextKind

STOP_REPLY: Final = "stop_reply"
START_REPLY: Final = "start_reply"
HELP_REPLY: Final = "help_reply"
JOIN_REPLY: Final = "join_reply"
ANSWER_REPLY: Final = "answer_reply"
BAD_ANSWER_REPLY: Final = "bad_answer_reply"
CONFIRM_REPLY: Final = "confirm_reply"
DECLINE_REPLY: Final = "decline_reply"

REPLIES: Final = {
    STOP_REPLY: "You are unsubscribed and will get no more texts from us. Reply START to get them again.",
    START_REPLY: "You will get our texts again. Reply HELP for help, STOP to end them.",
    HELP_REPLY: "Reply STOP to get no more texts from us, START to get them again.",
    JOIN_REPLY: "You are subscribed to our texts. Reply HELP for help, STOP to end them.",
    ANSWER_REPLY: "Thank you. Please open the mail that we have sent you, to confirm your address.",
    CONFIRM_REPLY: "Thank you. Your number is confirmed.",
    DECLINE_REPLY: "Thank you. Nothing will come of it.",
    BAD_ANSWER_REPLY: "That is no email address. Please text us yours once more.",
}
"""Standard replies by the name of the setting that says them in other words."""

REPLY_TO: Final = {
    TextKind.OPT_OUT: STOP_REPLY,
    TextKind.DOUBTFUL_OPT_OUT: STOP_REPLY,
    TextKind.OPT_IN: START_REPLY,
    TextKind.HELP: HELP_REPLY,
    TextKind.KEYWORD: JOIN_REPLY,
    TextKind.ANSWER: ANSWER_REPLY,
}
"""The reply to each kind of text; to any other there is none."""


def reply_in(settings: Mapping[str, str], name: str) -> str:
    """The reply of that name, in the book's own words where it has some."""
    return settings.get(name, REPLIES[name])
