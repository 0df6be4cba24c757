"""Law 7 of DESIGN 8, of consent that records bring: each word is written as the slow engine says."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

import onefold
from onefold.policies.reader import shipped_policy
from tests.laws.books import NOW, Shelf
from tests.oracle.consent import state_kept

ANA, ONE = "ana@example.com", "+447400100001"
ADDRESSES = {"email": ANA, "sms": ONE}
KINDS = {"email": "email", "sms": "phone"}
TRUST = {"api": "attested", "import": "attested", "console": "attested"}


@given(
    source=st.sampled_from(["api", "import", "form", "checkout", "profile_update"]),
    proven=st.sets(st.sampled_from(["email", "phone"])),
    known=st.sampled_from([{}, {"email": ANA}, {"phone": ONE}, {"email": ANA, "phone": ONE}]),
    said=st.dictionaries(
        st.sampled_from(["email", "sms"]), st.sampled_from(["subscribed", "pending", "unsubscribed"])
    ),
    policy=st.sampled_from(["onefold", "klaviyo", "dotdigital"]),
)
def test_law_7_of_claimed_grants(
    shelf: Shelf, source: str, proven: set[str], known: dict[str, str], said: dict[str, str], policy: str
) -> None:
    record: dict[str, Any] = {"source": source, "email": ANA, "phone": ONE, "consent": said}
    record["proven"] = [] if source in TRUST else sorted(proven)
    with onefold.open(shelf.fresh(), clock=lambda: NOW) as book:
        if known:
            book.take([{"source": "api", **known}])
        [answer] = book.take([record], policy=policy)
        contact = book.contact(answer.contact_id or 0) if answer.contact_id else {}
        for channel, state in said.items():
            kind = KINDS[channel]
            trust = TRUST.get(source, "proven" if kind in proven else "claimed")
            kept = state_kept(
                state,
                trust,
                taken=contact.get(kind) == ADDRESSES[channel],
                claimed_grants=shipped_policy(policy).claimed_grants,
            )
            log = book.consent(ADDRESSES[channel])["log"]
            assert [entry["state"] for entry in log] == [kept], f"{record} under {policy}"
