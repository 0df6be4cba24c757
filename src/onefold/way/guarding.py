"""The guard: an import that would change very much needs a yes (CONTRACT)."""

from onefold.model.error import Refused
from onefold.resolve.guard import ANY, Risk


def guard(risk: Risk) -> None:
    """Raises `Refused` (`guard`) where too many contacts would merge or lose an identifier, or too many of
    those who are subscribed would not be any more.
    """
    if risk.too_much:
        risky, touched = risk.at_risk.n_unique(), risk.touched.n_unique()
        raise Refused(
            f"this import would merge, or replace or clear identifiers of, {risky:,} "
            f"of the {touched:,} contacts it touches",
            code="guard",
            hint="look at the plan (--dry-run); if it is what you want, say --yes",
        )
    if risk.ends_too_many is not None:
        channel, ended, subscribed = risk.ends_too_many
        on_channel = "" if channel == ANY else f" on {channel}"
        raise Refused(
            f"this import would end the consent of {ended:,} of the {subscribed:,} contacts "
            f"that are subscribed{on_channel}",
            code="guard",
            hint="look at the plan (--dry-run); if they all refused, say --yes",
        )
