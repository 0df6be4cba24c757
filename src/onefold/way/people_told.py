"""What the book says of the consent of people, gathered once for all who ask."""

from dataclasses import dataclass
from typing import Self

import polars as pl

from onefold.resolve.consent_of_contacts import addresses_of_contacts, contact_states
from onefold.stores import Reader


@dataclass(frozen=True)
class PeopleTold:
    """Contacts (`ids`), all their `addresses` (as `addresses_of_contacts` gives them), what the logs of those
    come to (`address_states`: `CONSENT_STATE_SCHEMA`), and the `states` of the contacts (as `contact_states`
    gives them).
    """

    ids: pl.Series
    addresses: pl.DataFrame
    address_states: pl.DataFrame
    states: pl.DataFrame

    @classmethod
    def of(cls, reader: Reader, ids: pl.Series) -> Self:
        """These contacts, as far as they are there."""
        addresses = addresses_of_contacts(reader.contacts(ids))
        address_states = reader.consent_states(addresses)
        return cls(
            ids,
            addresses,
            address_states,
            contact_states(addresses, address_states, reader.standing_refusals(ids)),
        )

    @property
    def current(self) -> pl.DataFrame:
        """Where they are reached: `contact_id`, `channel`, `address`."""
        return self.addresses.filter("current").drop("current")

    def with_others(self, reader: Reader, ids: pl.Series) -> Self:
        """The same with those of these contacts that are not among them."""
        others = ids.unique().filter(~ids.unique().is_in(self.ids.implode()))
        if others.is_empty():
            return self
        more = self.of(reader, others)
        return type(self)(
            pl.concat([self.ids, others.alias(self.ids.name)]),
            pl.concat([self.addresses, more.addresses]),
            pl.concat([self.address_states, more.address_states]).unique(["channel", "address"]),
            pl.concat([self.states, more.states]),
        )
