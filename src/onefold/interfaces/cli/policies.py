"""`onefold policies`: the rules of identity and values that the book goes by."""

import tomllib
from typing import Annotated

import typer

from onefold.interfaces.cli.printing import line, table
from onefold.interfaces.cli.session import Yes, session_of

PolicyName = Annotated[
    str, typer.Argument(metavar="NAME-or-FILE", help="A shipped policy, or a policy file.")
]

group = typer.Typer(invoke_without_command=True)


def add_to(app: typer.Typer) -> None:
    """Gives the app these commands."""
    app.add_typer(group, name="policies")


@group.callback()
def policies(context: typer.Context) -> None:
    """Show the policies there are, and the book's own."""
    if context.invoked_subcommand is not None:
        return
    from onefold.policies import SHIPPED

    session = session_of(context)
    with session.book() as book:
        own = book.policy.name
    names = SHIPPED if own in SHIPPED else (*SHIPPED, own)
    session.show(
        [{"name": name, "in_use": name == own} for name in names],
        table(("policy", "the book's own"), [(name, "yes" if name == own else None) for name in names]),
    )


@group.command()
def show(context: typer.Context, name: PolicyName) -> None:
    """Show the knobs of a policy, as a file to start from."""
    from onefold.policies import load_policy
    from onefold.policies.reader import policy_text

    policy, text = load_policy(name), policy_text(name)
    session_of(context).show({"name": policy.name, **tomllib.loads(text)}, line(text.rstrip()))


@group.command()
def use(context: typer.Context, name: PolicyName, yes: Yes = False) -> None:
    """Make a policy the book's own. Every import goes by it from now on."""
    session = session_of(context)
    with session.book() as book:
        policy = book.use_policy(name)
    session.show(
        {"name": policy.name, "in_use": True}, line(f"The book goes by the policy {policy.name} now.")
    )
