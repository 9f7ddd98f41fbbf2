"""One cluster for the tests of a module, whole again before each of them."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from tests.corosync.cluster import PROGRAMS, Cluster, program
from tests.corosync.holder import HOST, ClusterError, Holder


def obstacle() -> str | None:
    """Why there can be no cluster on this machine."""
    try:
        for name in PROGRAMS:
            program(name)
        holder = Holder(HOST)
        holder.wait()
    except ClusterError as error:
        return str(error)
    holder.kill()
    return None


@pytest.fixture(scope="module")
def running_cluster() -> Iterator[Cluster]:
    why = obstacle()
    if why is not None and os.environ.get("CI") == "true":
        pytest.fail(f"CI must not skip this test: {why}", pytrace=False)
    if why is not None:
        pytest.skip(why)
    with Cluster(nodes=3) as cluster:
        yield cluster


@pytest.fixture
def cluster(running_cluster: Cluster) -> Cluster:
    """Three nodes that reach each other, without clients."""
    running_cluster.repair()
    return running_cluster
