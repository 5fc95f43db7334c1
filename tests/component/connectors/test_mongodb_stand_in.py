"""The stand-in for MongoDB: what the tests of MongoDB's connectors take for granted."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pymongo
import pytest
from pymongo.errors import OperationFailure, ServerSelectionTimeoutError

from tools.artifacts import get
from tools.machine.ports import free_port

USER, PASSWORD = "student", "only-for-this-test"
Client = pymongo.MongoClient[dict[str, Any]]


@contextmanager
def running(**settings: str) -> Iterator[str]:
    """Host and port of a stand-in with one user."""
    port = free_port()
    libraries = get("mongo-java-server") / "jars"
    path = f"{libraries}/*:{get('mongodb-stand-in') / 'mongodb-stand-in.jar'}"
    process = subprocess.Popen(
        ["java", "-XX:TieredStopAtLevel=1", "-cp", path, "dev.streaminglab.standin.Main",
         str(port)],
        env={**os.environ, "MONGO_INITDB_ROOT_USERNAME": USER,
             "MONGO_INITDB_ROOT_PASSWORD": PASSWORD,
             **{name: text.format(port=port) for name, text in settings.items()}},
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
    )  # fmt: skip
    assert process.stdout is not None
    assert "not MongoDB but a stand-in" in process.stdout.readline()
    yield f"127.0.0.1:{port}"
    process.terminate()
    process.communicate(timeout=30)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """A stand-in that is a server by itself."""
    with running() as found:
        yield found


def connect(address: str, login: str) -> Client:
    return pymongo.MongoClient(f"mongodb://{login}{address}/defaultdb")


@pytest.fixture
def client(address: str) -> Iterator[Client]:
    with connect(address, f"{USER}:{PASSWORD}@") as client:
        yield client


def test_what_is_written_can_be_read(client: Client) -> None:
    client.defaultdb.usagers.insert_one({"usager": 1, "grav": 2})
    found = client.defaultdb.usagers.find_one({"usager": 1})
    assert found is not None
    assert found["grav"] == 2


@pytest.mark.parametrize("login", ["", f"{USER}:wrong@", f"nobody:{PASSWORD}@"])
def test_nobody_reads_or_writes_without_the_password(address: str, login: str) -> None:
    with connect(address, login) as stranger:
        with pytest.raises(OperationFailure):
            stranger.defaultdb.usagers.insert_one({"usager": 2})
        with pytest.raises(OperationFailure):
            stranger.defaultdb.usagers.find_one()


def test_a_change_says_to_which_collection_it_belongs(client: Client) -> None:
    changes: list[dict[str, Any]] = [{"$changeStream": {}}, {"$match": {}}]
    opened = client.defaultdb.command("aggregate", "watched", pipeline=changes, cursor={})
    client.defaultdb.watched.insert_one({"usager": 3})
    more = client.defaultdb.command("getMore", opened["cursor"]["id"], collection="watched")
    (event,) = more["cursor"]["nextBatch"]
    assert event["ns"] == {"db": "defaultdb", "coll": "watched"}
    assert event["fullDocument"]["usager"] == 3


def test_it_is_a_replica_set_of_one_where_it_is_told_its_own_address() -> None:
    with running(STAND_IN_HOST="127.0.0.1:{port}") as found:
        login = f"{USER}:{PASSWORD}@"
        options = "authSource=defaultdb&replicaSet=rs0"
        with pymongo.MongoClient[dict[str, Any]](
            f"mongodb://{login}{found}/defaultdb?{options}"
        ) as client:
            client.defaultdb.usagers.insert_one({"usager": 1})
            assert client.defaultdb.usagers.count_documents({}) == 1


def test_it_is_no_replica_set_where_it_is_not_told_so(address: str) -> None:
    late = "serverSelectionTimeoutMS=1000"
    with (
        pymongo.MongoClient[dict[str, Any]](
            f"mongodb://{USER}:{PASSWORD}@{address}/defaultdb?replicaSet=rs0&{late}"
        ) as client,
        pytest.raises(ServerSelectionTimeoutError),
    ):
        client.defaultdb.usagers.count_documents({})
