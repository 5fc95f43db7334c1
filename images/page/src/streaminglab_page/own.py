"""Sentences of the page's own that stand where the words of others do, such as Kafka's refusals.

The browser shows the words of others as they are, and finds the French of these in
`words/own.fr.json`. So they are a list, and none has a number or a name in it.
"""

from __future__ import annotations

from enum import StrEnum


class Own(StrEnum):
    """One sentence, as it is written in English."""

    # Coming in
    LOG_IN = "Log in first."
    OTHER_SITE = "This was sent by the page of another site."
    TOO_OLD = "The page is too old: load it again."
    TOO_MANY = "Too many browsers follow this lab."
    # What was asked
    NO_JSON = "This is no JSON."
    TOO_MUCH = "This is more than the 256 KiB that can be sent from here."
    TOPIC_NAME = "a topic's name has letters, digits, dots, _ and -, 249 at most"
    NOT_A_CONNECTOR = "a connector has a name, and a configuration that is an object"
    NO_SUCH_TOPIC = "There is no such topic."
    NO_SUCH_BROKER = "There is no such broker that can be stopped."
    NO_SUCH_VALUE = "There is no such key, or it has no value yet."
    NO_KAFKA = "This page knows no Kafka."
    NO_CONNECT = "This lab has no Kafka Connect."
    NO_INFLUXDB = "This lab has no InfluxDB."
    NO_EXERCISES = "This lab has no exercises: spec.exercises names a set."
    CHANGED = (
        "the lab was changed in the same moment: look which brokers are stopped now, and try again"
    )
    # What was answered
    SILENCE = "no answer in time"
    MAYBE_WRITTEN = "no answer in time: whether it was written is not known"
    NOBODY = "none of its partitions has a leader, or there is no such partition"
    NO_BROKERS = "the broker that answered names no brokers yet"
    NO_TIME = "there was no time to ask for it"
    TOO_LARGE = "the answer is larger than what is read at once: ask for less"
    ANSWER_NO_JSON = "the answer is no JSON"
    NO_TABLE = "the answer is no table"
    NO_TOKEN = "the lab's token for reading is not there yet"  # noqa: S105 (a sentence)
    # Schemas
    REGISTRY_SILENCE = "the registry has not answered in time"
    NO_SCHEMA = "the registry gives no schema, or one that is too large"
    REFERS_TOO_FAR = "the schema refers to more others than are read, or to none"
    REFERS_TOO_MUCH = "what the schema refers to is too large"
    NO_FILE_NAME = "a schema that it refers to is not named as a file is"
    NOT_COMPILED = "protoc refused it"
    NO_SUCH_TYPE = "its schema has no message at the place that it names"
    TYPE_TOO_DEEP = "its type is too many messages deep"
    NO_PLACE = "the place of its type cannot be read"
