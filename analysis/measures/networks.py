"""Networks of actors: graph, backbone, communities and centralities, and files that Gephi opens."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import networkx as nx
import numpy as np
import pandas as pd
from scipy import sparse

from analysis.errors import SimakError
from analysis.measures.incidence import Incidence
from analysis.measures.inference import bounds, grouped, weights

FORMATS = (".graphml", ".gexf", ".csv")
MEASURES = ("degree", "strength", "betweenness", "pagerank")


def network(
    pairs: pd.DataFrame, actors: pd.DataFrame | None = None, weight: str = "count", *, directed: bool = False
) -> nx.Graph:
    """Return the pairs as a graph.

    Parameters
    ----------
    pairs
        Frame with ``source`` and ``target``, of :func:`~analysis.measures.cooccurrence.cooccurrence` or of a
        discourse network; all other columns become attributes of the edge.
    actors
        The frame ``actors``: its columns become attributes of the node. Missing values are left out.
    weight
        Column that becomes the edge's ``weight``: ``count``, ``weight``, or ``positive`` and ``negative`` for the
        networks of praise and of criticism. Edges of weight 0 are left out.
    directed
        Whether edges lead from source to target, as in two-mode networks and from who speaks to whom it is about.

    Returns
    -------
    networkx.Graph or networkx.DiGraph
        Nodes are actor ids (and concepts) with at least the attribute ``label``, in the order of ids.

    Examples
    --------
    >>> graph = network(pd.DataFrame({"source": ["china"], "target": ["taiwan"], "count": [3]}))
    >>> graph["china"]["taiwan"]["weight"], graph.nodes["china"]["label"]
    (3, 'china')
    """
    if weight not in pairs.columns:
        raise SimakError(f"weight='{weight}' is no column of the pairs; they have {', '.join(pairs.columns)}.")
    pairs = pairs[pairs[weight] != 0]
    graph = nx.DiGraph() if directed else nx.Graph()
    names = sorted(set(pairs["source"]) | set(pairs["target"]))
    known = {} if actors is None else actors[actors["actor_id"].isin(names)].set_index("actor_id").to_dict("index")
    for name in names:
        about = _plain(known.get(name, {}))
        graph.add_node(name, label=about.pop("name", name), **about)
    for edge in pairs.sort_values(["source", "target"]).to_dict("records"):
        source, target = edge.pop("source"), edge.pop("target")
        graph.add_edge(source, target, **{**_plain(edge), "weight": _plain({"weight": edge[weight]})["weight"]})
    return graph


def backbone(graph: nx.Graph, alpha: float = 0.05) -> nx.Graph:
    """Return the edges that matter for at least one of their two ends: the disparity filter.

    An edge that takes the share p of the strength of a node with k neighbours has alpha = (1 - p)^(k - 1), the
    chance of so large a share were the strength spread at random (Serrano, Boguñá & Vespignani 2009, *PNAS*
    106:6483-6488). It is kept when the smaller alpha of its two ends is below `alpha`. A node with a single
    neighbour says nothing of its edge.

    Returns
    -------
    networkx.Graph
        With the edge attribute ``alpha``; nodes without an edge left are dropped.

    Examples
    --------
    >>> star = nx.Graph([("a", name, {"weight": w}) for name, w in [("b", 98), ("c", 1), ("d", 1)]])
    >>> list(backbone(star).edges), round(backbone(star)["a"]["b"]["alpha"], 6)
    ([('a', 'b')], 0.0004)
    """
    _edges(graph)
    strength, degree = dict(graph.degree(weight="weight")), dict(graph.degree())

    def of(node: str, weight: float) -> float:
        return (1 - weight / strength[node]) ** (degree[node] - 1)

    kept = graph.__class__()
    kept.add_nodes_from(graph.nodes(data=True))
    for source, target, edge in graph.edges(data=True):
        value = min(of(source, edge["weight"]), of(target, edge["weight"]))
        if value < alpha:
            kept.add_edge(source, target, **{**edge, "alpha": value})
    kept.remove_nodes_from(list(nx.isolates(kept)))
    return kept


def communities(graph: nx.Graph, *, resolution: float = 1.0, runs: int = 20, seed: int = 0) -> pd.DataFrame:
    """Return groups of actors that are tied more closely with one another than with the rest, and how firmly.

    The partition is the one with the highest modularity among `runs` of the Louvain method (Blondel et al. 2008, *J
    Stat Mech* P10008), the first of equals. Stability of an actor is the mean overlap (Jaccard) of its group with
    its groups in as many networks whose weights are drawn anew from Poisson distributions around the observed ones.

    Returns
    -------
    DataFrame
        ``actor_id, community`` (int64 from 1, the largest first), ``size``, ``stability`` (0..1), ``modularity``
        (of the whole), by community and id.

    Examples
    --------
    >>> graph = nx.Graph([("a", "b", {"weight": 9}), ("c", "d", {"weight": 9}), ("b", "c", {"weight": 1})])
    >>> communities(graph)["community"].tolist()
    [1, 1, 2, 2]
    """
    names = sorted(graph)
    columns = ["actor_id", "community", "size", "stability", "modularity"]
    if not graph.number_of_edges():
        return pd.DataFrame(columns=columns)
    edges = _edges(graph)
    ordered = weighted(names, edges)

    def louvain(of: nx.Graph, run: int) -> list[set[str]]:
        return nx.community.louvain_communities(of, weight="weight", resolution=resolution, seed=seed + run)

    tries = [louvain(ordered, run) for run in range(runs)]
    quality = [round(nx.community.modularity(ordered, found, resolution=resolution), 12) for found in tries]
    best = sorted(tries[int(np.argmax(quality))], key=lambda members: (-len(members), min(members)))
    home = _membership(best, names)
    rng = np.random.default_rng(seed)
    stability = np.zeros(len(names))
    for run in range(runs):
        drawn = rng.poisson([weight for *_, weight in edges])
        noisy = weighted(names, [(a, b, float(w)) for (a, b, _), w in zip(edges, drawn, strict=True) if w])
        stability += _overlap(home, _membership(louvain(noisy, run), names)) / runs
    table = pd.DataFrame({"actor_id": names, "community": home + 1, "size": np.bincount(home)[home]})
    table = table.assign(stability=stability, modularity=max(quality)).astype({"actor_id": "str"})
    return table.sort_values(["community", "actor_id"], ignore_index=True)


def centralities(
    graph: nx.Graph, units: Incidence | None = None, *, level: float = 0.95, draws: int = 100, seed: int = 0
) -> pd.DataFrame:
    """Return how central each actor is in a network of co-occurrence, by four measures.

    ``degree`` (neighbours), ``strength`` (sum of weights), ``betweenness`` (share of shortest paths through the
    actor, an edge being as long as 1 / weight; Freeman 1977, Brandes 2001) and ``pagerank`` (Brin & Page 1998).

    Parameters
    ----------
    graph
        Of :func:`network` over counts, or its backbone.
    units
        The matrix behind the pairs, of :func:`~analysis.measures.incidence.incidence` with the same options:
        duplicate groups are drawn anew, the weights of the graph's edges counted again, and the measures taken. An
        edge that falls to 0 is absent from that draw. Without it there are no intervals (NaN).

    Returns
    -------
    DataFrame
        ``actor_id, measure, value, low, high``, one row an actor and measure.

    Examples
    --------
    >>> graph = nx.Graph([("a", "b", {"weight": 2}), ("b", "c", {"weight": 1})])
    >>> centralities(graph).query("measure == 'strength'")["value"].tolist()
    [2.0, 3.0, 1.0]
    """
    names = sorted(graph)
    edges = _edges(graph)
    value = _central(names, edges, [weight for *_, weight in edges])
    low = high = np.full(value.shape, np.nan)
    if units is not None and draws and edges:
        place = pd.Index(units.actors).get_indexer(names)
        matrix = sparse.csc_array(units.matrix[:, np.maximum(place, 0)])
        ends = [np.array([names.index(edge[side]) for edge in edges]) for side in (0, 1)]
        by_group = grouped(matrix[:, ends[0]].multiply(matrix[:, ends[1]]), units.group, len(units.sizes))
        if place.min() < 0 or not np.array_equal(by_group.sum(axis=0), [weight for *_, weight in edges]):
            raise SimakError(
                "The units do not give the weights of the graph: make both with the same options, by count."
            )
        drawn = [by_group.T @ row for block in weights(len(units.sizes), draws, seed) for row in block]
        taken = np.stack([_central(names, edges, row) for row in drawn])
        low, high = (side.reshape(value.shape) for side in bounds(taken.reshape(draws, -1), level))
    rows = pd.MultiIndex.from_product([names, MEASURES], names=["actor_id", "measure"])
    table = rows.to_frame(index=False).astype("str")
    return table.assign(value=value.ravel(), low=low.ravel(), high=high.ravel())


def write_network(graph: nx.Graph, file: str | Path) -> Path:
    """Write the graph with all attributes as GraphML, GEXF or CSV; the ending decides.

    ``net.csv`` holds the edges, ``net-nodes.csv`` beside it the nodes, under the headings that Gephi's import of
    spreadsheets asks for.

    Raises
    ------
    SimakError
        When the file ends in none of .graphml, .gexf and .csv.
    """
    file = Path(file)
    if file.suffix == ".graphml":
        nx.write_graphml(graph, file)
    elif file.suffix == ".gexf":
        nx.write_gexf(graph, file)
    elif file.suffix == ".csv":
        nodes = pd.DataFrame([{"Id": node, **about} for node, about in graph.nodes(data=True)])
        nodes.to_csv(file.with_name(f"{file.stem}-nodes.csv"), index=False, lineterminator="\n")
        edges = nx.to_pandas_edgelist(graph, "Source", "Target").sort_index(axis=1)  # networkx gives them in any order
        edges.to_csv(file, index=False, lineterminator="\n")
    else:
        raise SimakError(f"'{file}': a network is written as {', '.join(FORMATS)}.")
    return file


def weighted(names: Iterable[Any], edges: Iterable[tuple[Any, Any, float]]) -> nx.Graph:
    """Return the undirected graph of these nodes and edges, in the order given, which algorithms follow in ties."""
    graph = nx.Graph()
    graph.add_nodes_from(names)
    graph.add_weighted_edges_from(edges)
    return graph


def _edges(graph: nx.Graph) -> list[tuple[str, str, float]]:
    """Return the edges, each with its ends in order, sorted; what a file of another order makes of them is the same."""
    if graph.is_directed() or any(weight <= 0 for *_, weight in graph.edges(data="weight")):
        raise SimakError(
            "Backbone, communities and centralities need an undirected network with weights above 0, such as those of "
            "co-occurrence, congruence or conflict."
        )
    return sorted((*sorted((a, b)), float(w)) for a, b, w in graph.edges(data="weight"))


def _central(names: list[str], edges: list[tuple[str, str, float]], values: np.ndarray | list[float]) -> np.ndarray:
    graph = weighted(names, [(a, b, float(w)) for (a, b, _), w in zip(edges, values, strict=True) if w > 0])
    nx.set_edge_attributes(graph, {(a, b): 1 / w for a, b, w in graph.edges(data="weight")}, "distance")
    between = nx.betweenness_centrality(graph, weight="distance")
    rank = nx.pagerank(graph, weight="weight") if names else {}
    strength = dict(graph.degree(weight="weight"))
    rows = [[graph.degree(n), strength[n], between[n], rank[n]] for n in names]
    return np.array(rows, dtype=float).reshape(-1, len(MEASURES))


def _membership(found: list[set[str]], names: list[str]) -> np.ndarray:
    place = {name: number for number, members in enumerate(found) for name in members}
    return np.array([place[name] for name in names])


def _overlap(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Return for each node the Jaccard overlap of its two groups."""
    shared = np.zeros((one.max() + 1, other.max() + 1))
    np.add.at(shared, (one, other), 1)
    both = shared[one, other]
    return both / (shared.sum(axis=1)[one] + shared.sum(axis=0)[other] - both)


def _plain(values: dict) -> dict:
    """Return attributes that graph files can hold: Python's own numbers, text and truth values, nothing missing."""
    known = {name: value.item() if isinstance(value, np.generic) else value for name, value in values.items()}
    return {
        name: value if isinstance(value, (bool, int, float)) else str(value)
        for name, value in known.items()
        if pd.notna(value)
    }
