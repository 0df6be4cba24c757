"""Connected components: which rows belong together because they share identifiers."""

import numpy as np
import polars as pl
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components


def connected(members: pl.DataFrame) -> pl.DataFrame:
    """The component of every node that shares a tie with another node.

    `members` has `node` (Int64) and `tie`: nodes with an equal tie are joined. The answer has `node` and
    `component` (Int64, the smallest node of the component); nodes joined to nobody are left out.
    """
    joined = members.filter(pl.col("tie").is_duplicated())
    heads = joined.group_by("tie").agg(pl.col("node").min().alias("head"))
    edges = (
        joined.join(heads, on="tie").filter(pl.col("node") != pl.col("head")).select("node", "head").unique()
    )
    if edges.is_empty():
        return pl.DataFrame(schema={"node": pl.Int64, "component": pl.Int64})
    if edges["node"].is_duplicated().any() or edges["node"].is_in(edges["head"].unique().implode()).any():
        edges = _to_the_smallest(edges)
    itself = edges.select(pl.col("head").unique().alias("node"), pl.col("head").unique())
    return pl.concat([edges, itself]).rename({"head": "component"})


def _to_the_smallest(edges: pl.DataFrame) -> pl.DataFrame:
    """Edges that lead every node straight to the smallest of its component (`node`, `head`)."""
    nodes = pl.concat([edges["node"], edges["head"]]).unique().sort()
    place = pl.DataFrame({"at": nodes, "place": np.arange(len(nodes))})
    ends = [
        edges.join(place, left_on=end, right_on="at", maintain_order="left")["place"].to_numpy()
        for end in ("node", "head")
    ]
    size = len(nodes)
    graph = coo_array((np.ones(len(edges), dtype=np.int8), (ends[0], ends[1])), shape=(size, size))
    _, label = connected_components(graph, directed=False)
    labelled = pl.DataFrame({"node": nodes, "label": label})
    smallest = labelled.with_columns(pl.col("node").min().over("label").alias("head"))
    return smallest.filter(pl.col("node") != pl.col("head")).select("node", "head")
