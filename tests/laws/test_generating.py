"""The generator reaches what the laws are about."""

from collections import Counter

from hypothesis import HealthCheck, given, settings

from tests.laws.generating import Story, stories
from tests.laws.situations import EXPECTED, Situations, situations_of


def test_generated_stories_reach_every_situation() -> None:
    """Over a fixed number of fixed stories each situation comes up, and not just once."""
    times: Counter[str] = Counter()

    @settings(
        max_examples=800,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(stories())
    def look(story: Story) -> None:
        times.update(situations_of(story))

    look()
    rare: Situations = {situation for situation in EXPECTED if times[situation] < 3}
    assert not rare, f"hardly ever reached: {sorted((times[situation], situation) for situation in rare)}"
