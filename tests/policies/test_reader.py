"""A policy file says what it means, or is refused with the knob and what it takes."""

from datetime import timedelta
from pathlib import Path

import pytest

from onefold.model.error import UsageError
from onefold.model.policy import (
    Contradiction,
    HeldElsewhere,
    Limits,
    Overwrite,
    Policy,
    Repeated,
    SecondMatch,
)
from onefold.policies import SHIPPED, load_policy, parse_policy, policy_text, shipped_policy, shipped_text

KEEP, MERGE, APART = "keep_current", SecondMatch.MERGE, SecondMatch.KEEP_APART
DESIGNED = {
    "onefold": ("new_contact", "review", "merge_complementary", "fold_then_in_order", "fill", KEEP, "UNSET"),
    "dotdigital": ("reject", "reject", "reject", "in_order", "apply", "replace", None),
    "mainstay": ("reject", "reject", "reject", "in_order", "apply", KEEP, "UNSET"),
    "delivra": ("new_contact", "review", "merge", "in_order", "apply", "replace", None),
    "respond_io": ("overwrite", "reject", "reject", "reject_all", "apply", "replace", None),
    "klaviyo": ("new_contact", "oldest", "merge", "in_order", "apply", "replace", None),
}
"""The table of knobs in the design, by policy, in the order in which the test reads them."""


def refusal(text: str) -> UsageError:
    with pytest.raises(UsageError) as caught:
        parse_policy(text, "mine.toml")
    assert caught.value.code == "bad_policy"
    assert "mine.toml" in caught.value.message
    return caught.value


@pytest.mark.parametrize("name", SHIPPED)
def test_each_shipped_policy_is_as_designed(name: str) -> None:
    policy = shipped_policy(name)
    assert policy.name == name
    assert DESIGNED[name] == (
        policy.contradiction,
        policy.shared_identifier,
        policy.second_match,
        policy.repeated_in_file,
        policy.claims,
        policy.former_numbers,
        policy.clear_token,
    )
    assert policy.claimed_grants == ("pending" if name == "onefold" else "subscribed")
    assert policy.people_per_identifier == (5 if name == "onefold" else None)
    assert policy.group_limit == 50


def test_there_are_six_shipped_policies() -> None:
    assert set(SHIPPED) == set(DESIGNED)


def test_the_strongest_kinds_come_first() -> None:
    own = ("loyalty_id", "card")
    assert shipped_policy("onefold").matching(own) == (
        "contact_id",
        "crm_id",
        "loyalty_id",
        "card",
        "email",
        "phone",
    )
    assert shipped_policy("dotdigital").matching(own) == ("email", "phone")
    assert shipped_policy("mainstay").matching(own) == ("contact_id", "crm_id")


def test_the_kind_chosen_for_an_import_stands_alone() -> None:
    assert shipped_policy("onefold").matching((), "phone") == ("phone",)


def test_only_the_default_blocks_mailboxes_and_numbers() -> None:
    assert {"info", "noreply"} <= set(shipped_policy("onefold").blocked_mailboxes)
    assert "0000000000" in shipped_policy("onefold").blocked_numbers
    assert [name for name in SHIPPED if shipped_policy(name).blocked_mailboxes] == ["onefold"]


def test_only_respond_io_has_limits() -> None:
    assert [name for name in SHIPPED if shipped_policy(name).limits != Limits()] == ["respond_io"]
    limits = shipped_policy("respond_io").limits
    assert (limits.formats, limits.max_bytes, limits.max_rows) == (("csv",), 20_000_000, 200_000)
    assert limits.required_to_add == ("first_name",)
    assert limits.results_columns == ("Import Status", "Errors")
    assert (limits.review_window, limits.results_kept) == (timedelta(hours=1), timedelta(days=7))


def test_a_second_match_may_differ_by_source() -> None:
    klaviyo = shipped_policy("klaviyo")
    sources = ("import", "form", "api", "profile_update", "checkout", "keyword", "click_to_text")
    assert [klaviyo.second_match_for(source) for source in sources] == [MERGE] * 4 + [APART] * 3


def test_an_identifier_held_elsewhere_may_differ_by_kind() -> None:
    mainstay = shipped_policy("mainstay")
    held = [mainstay.held_elsewhere_for(kind) for kind in ("phone", "email", "loyalty_id")]
    assert held == [HeldElsewhere.REJECT, HeldElsewhere.ALLOW, HeldElsewhere.REJECT]
    assert mainstay.duplicate_contact_kinds == ("phone",)


def test_overwriting_may_differ_by_column() -> None:
    policy = parse_policy('[overwrite]\ndefault = "fill_empty"\nemail = "always"\n', "mine.toml")
    assert policy.overwrite_for("email") is Overwrite.ALWAYS
    assert policy.overwrite_for("first_name") is Overwrite.FILL_EMPTY


def test_a_table_without_a_default_leaves_the_default() -> None:
    policy = parse_policy('[second_match]\ncheckout = "reject"\n', "mine.toml")
    assert policy.second_match is SecondMatch.MERGE_COMPLEMENTARY
    assert policy.second_match_for("checkout") is SecondMatch.REJECT


def test_what_a_file_leaves_out_is_as_by_default() -> None:
    assert parse_policy('contradiction = "reject"', "some/folder/mine.toml") == Policy(
        name="mine", contradiction=Contradiction.REJECT
    )


def test_the_word_none_is_no_limit_and_no_token() -> None:
    text = 'people_per_identifier = "none"\nclear_token = "none"\n[limits]\nmax_rows = "none"\n'
    policy = parse_policy(text, "mine.toml")
    assert (policy.people_per_identifier, policy.clear_token, policy.limits.max_rows) == (None, None, None)


@pytest.mark.parametrize(
    ("text", "says", "hint"),
    [
        ('contradition = "reject"', "unknown knob contradition", "did you mean contradiction?"),
        ("zzzzzz = 1", "unknown knob zzzzzz", "the knobs are name, match_on"),
        ("[limits]\nmax_row = 3", "unknown limit max_row", ""),
        ('contradiction = "rejct"', "contradiction = 'rejct', which takes new_contact", ""),
        ("contradiction = true", "contradiction = True, which takes new_contact", ""),
        ("group_limit = 0", "group_limit = 0, which takes a whole number", ""),
        ("group_limit = true", "group_limit = True, which takes a whole number", ""),
        ('group_limit = "50"', "group_limit = '50', which takes a whole number", ""),
        ("group_limit = 2.5", "group_limit = 2.5, which takes a whole number", ""),
        ('match_on = "email"', "match_on = 'email', which takes a list of texts", ""),
        ("match_on = [1]", "match_on = [1], which takes a list of texts", ""),
        ("match_on = []", "match_on = [], which takes each kind once, and at least one", ""),
        ('match_on = ["email", "email"]', "which takes each kind once", ""),
        ('clear_token = ""', "clear_token = '', which takes a text", ""),
        ("limits = 3", "limits = 3, which takes a table", ""),
        ("readings = 3", "readings = 3, which takes a table", ""),
        ("[readings]\nname = 3", "readings.name = 3, which takes a text", ""),
        ("blocked = []", "blocked = [], which takes a table with mailboxes, numbers", ""),
        ('[blocked]\nmailbox = ["info"]', "which takes a table with mailboxes, numbers", ""),
        ("[blocked]\nmailboxes = 3", "blocked.mailboxes = 3, which takes a list", ""),
        ('[second_match]\nchekout = "merge"', "second_match.chekout; second_match goes by", ""),
        ('[second_match]\ncheckout = "join"', "second_match.checkout = 'join', which takes merge", ""),
        ('[held_elsewhere]\nphone = "rejct"', "held_elsewhere.phone = 'rejct', which takes withhold", ""),
        ("[limits]\nreview_window_hours = 0", "limits.review_window_hours = 0, which takes", ""),
        ("a = ", "is not TOML", "mend that line"),
    ],
)
def test_a_typo_is_refused_with_the_knob_and_what_it_takes(text: str, says: str, hint: str) -> None:
    error = refusal(text)
    assert says in error.message
    assert error.hint.startswith(hint or "mend that knob")
    assert error.exit_status == 2


def test_a_policy_of_the_operators_own(tmp_path: Path) -> None:
    file = tmp_path / "ours.toml"
    file.write_text('# ours\nrepeated_in_file = "reject_all"\n', encoding="utf-8")
    policy = load_policy(file)
    assert (policy.name, policy.repeated_in_file) == ("ours", Repeated.REJECT_ALL)
    assert policy_text(file) == '# ours\nrepeated_in_file = "reject_all"\n'


def test_a_policy_that_is_not_there_names_those_that_are(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        load_policy(tmp_path / "nowhere.toml")
    assert caught.value.code == "unknown_policy"
    assert all(name in caught.value.hint for name in SHIPPED)


def test_a_policy_that_is_no_text_is_refused(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes(b"name = '\xe9'")
    for path in (tmp_path / "latin.toml", tmp_path):
        with pytest.raises(UsageError) as caught:
            load_policy(path)
        assert caught.value.code == "bad_policy"
        assert str(path) in caught.value.message


@pytest.mark.parametrize("name", SHIPPED)
def test_the_shipped_text_is_the_policy_comments_and_all(name: str) -> None:
    text = shipped_text(name)
    assert text.startswith("# ")
    assert policy_text(name) == text
    assert parse_policy(text, "elsewhere") == shipped_policy(name) == load_policy(name)


@pytest.mark.parametrize("name", SHIPPED)
def test_every_reading_is_of_a_knob_that_the_policy_sets(name: str) -> None:
    text, policy = shipped_text(name), shipped_policy(name)
    assert [
        knob for knob in policy.readings if f"\n{knob} = " not in text and f"\n[{knob}]" not in text
    ] == []
