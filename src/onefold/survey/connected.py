"""Connected components: which rows belong together because they share identifiers."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def connected(members: pl.DataFrame) -> pl.DataFrame:
    """The component of every node that shares a tie with another node.

    `members` has `node` (Int64) and `tie` (any hashable column): nodes with an equal tie are joined. The
    answer has `node` and `component` (Int64, the smallest node of the component); nodes joined to nobody are
    left out.
    """
    joined = members.filter(pl.col("tie").is_duplicated())
    if joined.is_empty():
        return pl.DataFrame(schema={"node": pl.Int64, "component": pl.Int64})
    numbered = joined.select(
        "node",
        (pl.col("node").rank("dense") - 1).alias("left"),
        (pl.col("tie").rank("dense") - 1).alias("right"),
    )
    left, right = numbered["left"].to_numpy(), numbered["right"].to_numpy()
    nodes = int(left.max()) + 1
    size = nodes + int(right.max()) + 1
    graph = coo_array((np.ones(len(left), dtype=np.int8), (left, right + nodes)), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    return (
        numbered.select("node", pl.Series("label", label[left]))
        .unique("node")
        .select("node", pl.col("node").min().over("label").alias("component"))
    )
