"""Both databases for every test of the hub: the same tests, the same answers (sync H12)."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.client import Client
from sync.hub.tables.database import Database
from tests.sync.bench import Bench
from tests.sync.hub.postgres import NoPostgres, Postgres, start
from tests.sync.hub.shop import Shop


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL of our own; in CI its absence is a failure, not a skip (Q6)."""
    try:
        server = start()
    except NoPostgres as why:
        if os.environ.get("CI"):
            pytest.fail(f"no PostgreSQL in CI: {why}")
        pytest.skip(f"no PostgreSQL here: {why}")
    yield server
    server.stop()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """An empty hub database, on SQLite and on PostgreSQL."""
    if request.param == "sqlite":
        made = Database(f"sqlite:///{tmp_path}/hub.db")
        yield made
        made.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    url = server.fresh_hub()
    made = Database(url)
    yield made
    made.close()
    server.drop(url)


@pytest.fixture
def lite(tmp_path: Path) -> Iterator[Database]:
    """An empty hub database on SQLite, where the database makes no difference."""
    made = Database(f"sqlite:///{tmp_path}/hub.db")
    yield made
    made.close()


@pytest.fixture
def shop(database: Database, tmp_path: Path) -> Shop:
    """The small shop on either database; every law holds when a test of it ends."""
    return Shop(database, tmp_path)


@pytest.fixture
def lite_shop(lite: Database, tmp_path: Path) -> Shop:
    return Shop(lite, tmp_path)


@pytest.fixture
def bench() -> Bench:
    """A station of NYC that wants work."""
    made = Bench()
    made.wanted_work = 20
    return made


@pytest.fixture
def client(shop: Shop, bench: Bench) -> Client:
    return Client(bench, shop.wire(bench), pause=lambda _s: None)
