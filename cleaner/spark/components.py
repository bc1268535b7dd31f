"""Connected components of a graph too big for one machine: large star and small star, in turn, until nothing changes
(Kiveris, Lattanzi, Mirrokni, Rastogi and Vassilvitskii, "Connected Components in MapReduce and Beyond", 2014).
"""

from __future__ import annotations

from typing import Any

LIMIT = 50  # turns; their number grows with the logarithm of the longest path


def components(edges: Any) -> Any:
    """Edges "u long, v long" -> "place long, component long": each end with the least one that it is connected to."""
    from pyspark.sql import functions as f

    now = edges.where("u <> v").select("u", "v").distinct().localCheckpoint()
    before = None
    for _ in range(LIMIT):
        after = _small_star(_large_star(now)).localCheckpoint()  # and not persist: the plan of all turns would grow
        # Stars do not change any more when every node leads to its least one: then both turns give the same edges.
        state = after.agg(f.count("*").alias("n"), f.sum(f.xxhash64("u", "v").cast("decimal(38,0)")).alias("h")).first()
        now = after
        if state == before or not state["n"]:
            break
        before = state
    else:
        raise RuntimeError("components did not come to rest")
    stars = now.groupBy("u").agg(f.min("v").alias("component")).withColumnRenamed("u", "place")
    centres = now.select(f.col("v").alias("place"), f.col("v").alias("component")).distinct()
    return stars.union(centres).groupBy("place").agg(f.min("component").alias("component"))


def _large_star(edges: Any) -> Any:
    """Every neighbour that is greater than a node is led to the least of the node and its neighbours."""
    from pyspark.sql import functions as f

    both = edges.union(edges.select(f.col("v").alias("u"), f.col("u").alias("v")))
    least = both.groupBy("u").agg(f.least(f.min("v"), f.col("u")).alias("m"))
    return both.join(least, "u").where("v > u").select(f.col("v").alias("u"), f.col("m").alias("v")).where("u <> v").distinct()


def _small_star(edges: Any) -> Any:
    """A node, and every neighbour that is less, is led to the least of them."""
    from pyspark.sql import functions as f

    down = edges.select(f.greatest("u", "v").alias("u"), f.least("u", "v").alias("v"))
    least = down.groupBy("u").agg(f.min("v").alias("m"))
    led = down.join(least, "u").select(f.col("v").alias("u"), f.col("m").alias("v"))
    return led.union(least.select("u", f.col("m").alias("v"))).where("u <> v").distinct()
