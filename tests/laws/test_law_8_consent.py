"""Law 8 of DESIGN 8, of all that records bring along: how many batches they are cut into changes nothing."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import onefold
from tests.laws.books import NOW, Shelf
from tests.laws.test_law_5_nothing_widens import DOORS, SPOILT, consents, maybe_email, maybe_phone

WHAT_IS_KEPT = (
    "SELECT id, channel, address, state, at, source, trust, key, contact_id, ends FROM consent ORDER BY id",
    "SELECT channel, address, state, weak FROM consent_state ORDER BY channel, address",
    "SELECT origin_id, consent_id, contact_id, channel, at, answered_by FROM refusal ORDER BY 1, 2",
    "SELECT contact_id, kind, value FROM typed_address ORDER BY 1, 2, 3",
    "SELECT contact_id, kind, at, channel, address FROM activity ORDER BY id",
    "SELECT source, key, status, reason, contact_id FROM taken ORDER BY source, key",
)


@st.composite
def records(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Records of a few people, who change their addresses and their minds."""
    told = []
    for _ in range(draw(st.integers(1, 10))):
        said = {"email": draw(maybe_email), "phone": draw(maybe_phone)}
        source = draw(st.sampled_from(DOORS))
        shows = source not in ("api", "console", "import")
        proven = [kind for kind, value in said.items() if value is not None and draw(st.booleans())]
        told.append(
            {name: value for name, value in said.items() if value is not None}
            | {
                "source": source,
                "at": f"2026-11-{draw(st.integers(18, 21))}T10:00:00Z",
                "key": draw(st.sampled_from([None, "a", "b"])),
                "consent": draw(consents),
                "proven": proven if shows else [],
                "activity": [{"kind": "bought"}] if draw(st.booleans()) else [],
                "first_name": draw(st.sampled_from([None, "Ana", "Bea", 7])),
            }
            | draw(st.sampled_from([{}, {}, {}, *SPOILT]))
        )
    return told


@given(told=st.lists(records(), min_size=1, max_size=2), batch_rows=st.integers(1, 4))
def test_law_8_batches_change_nothing_of_consent(
    shelf: Shelf, told: list[list[dict[str, Any]]], batch_rows: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    kept = []
    folder = tmp_path_factory.mktemp("records")
    for place, rows in enumerate((50_000, batch_rows)):
        with onefold.open(shelf.fresh(place), clock=lambda: NOW, batch_rows=rows) as book:
            for number, batch in enumerate(told):
                file = Path(folder / f"{number}.jsonl")
                file.write_text("\n".join(map(json.dumps, batch)))
                book.apply(book.plan_records(file), yes=True, shown=False)
            assert list(book.check()) == []
            shown = [
                {name: value for name, value in contact.items() if not name.endswith("_at")}
                for contact in book.contacts(limit=1000)
            ]
        kept.append([shown, *(shelf.rows(query, place) for query in WHAT_IS_KEPT)])
    assert kept[0] == kept[1]
