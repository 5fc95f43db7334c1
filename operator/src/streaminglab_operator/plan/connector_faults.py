"""What a failed connector's trace means for the person who has to mend it. Pure.

A driver that was not let in says so in its own words, and some say something else: Hibernate, of a
JDBC sink, that it cannot "determine Dialect without JDBC metadata", while the database's words
stand only in the worker's log.
"""

import re
from collections.abc import Mapping

from streaminglab_operator.observed.text import LABEL, cut
from streaminglab_operator.services.plain_passwords import CONFIDENTIAL_KEY
from streaminglab_operator.services.references import LAB, secret_references

_REFUSED = re.compile(
    r"password authentication failed|no password was provided|Access denied for user|"
    r"Exception authenticating|Login failed for user|ORA-01017|invalid username[ /]|"
    r"Authentication ?failed|Auth fail|invalid credentials|401 Unauthorized|\(401\)|"
    r"role \".{1,100}\" does not exist|password is an empty string|no pg_hba\.conf entry|"
    r"WRONGPASS|NOAUTH|InvalidAccessKeyId|SignatureDoesNotMatch|bad user ?name or password|"
    r"user ?name(?: \S{1,100})?(?: and| or| and/or|/|,) ?password\b.{0,20}(?:incorrect|invalid)|"
    r"incorrect user ?name or password|User name \[.{1,100}\] or password is invalid|"
    r"unable to authenticate user|authentication failure|unauthorized access|ACCESS_REFUSED|"
    r"Login was refused|ORA-01005|ORA-2800[01]|(?:HTTP/[12][.\d]{0,2}|status code:?) 401\b|"
    r"Exhausted available authentication methods|UnrecognizedClientException",
    re.IGNORECASE,
)
_NO_METADATA = "Unable to determine Dialect without JDBC metadata"
_COLUMN_THERE = re.compile(
    r"column .{1,200} already exists|Duplicate column name|Column names in each table must be "
    r"unique|ORA-01430"
)
_COLUMN = (
    "a column's name has capitals, blanks or accents, and without quotes SQL takes it for another "
    'one: set quote.identifiers to "true" here, or have the source make plain names '
    "(csv.column.names: plain of the CSV source)"
)
_TOO_FEW_BROKERS = re.compile(
    r"replication factor of \d{1,5} cannot be reached|[Rr]eplication factor: \d{1,5} larger than"
)
_DEAD_LETTERS = "errors.deadletterqueue.topic"
_USER = re.compile(r"(?i)(?:.*[._-])?user(?:[._-]?name)?")


def advice(trace: str, config: Mapping[str, str]) -> str:
    """What to do about a fault whose words do not say it: which login was refused and where its
    password stands, or which option a column's name needs; empty for other faults."""
    if _REFUSED.search(trace):
        return f"the login was refused: {_login(config)}"
    if _NO_METADATA in trace:
        return (
            f"the database refused the login, or cannot be reached: {_login(config)}, and the "
            "address; the database's own words stand in the workers' log"
        )
    if _TOO_FEW_BROKERS.search(trace):
        return _copies(config)
    # SQL folds names without quotes: a sink that makes columns looks for another name than it made.
    if config.get("schema.evolution") == "basic" and _COLUMN_THERE.search(trace):
        return _COLUMN
    return ""


def _copies(config: Mapping[str, str]) -> str:
    """Connect makes some topics with three copies unless it is told (``SinkConnectorConfig``)."""
    known = [k for k in sorted(config) if k.endswith("replication.factor")]
    option = known[0] if known else f"{_DEAD_LETTERS}.replication.factor"
    topic = config.get(f"{_DEAD_LETTERS}.name") or "the topic"
    return (
        "the lab has fewer brokers than a new topic is to have copies: set "
        f'{cut(option, LABEL)} to "1", or list {cut(topic, LABEL)} in spec.kafka.topics'
    )


def _login(config: Mapping[str, str]) -> str:
    user = next((_user(k, v) for k, v in sorted(config.items()) if _USER.fullmatch(k) and v), "")
    keys = [_key(name, key) for name, key in sorted(_passwords(config))]
    said = [user] if user else []
    said += [f"the password from {' or '.join(keys[:3])}"] if keys else []
    return f"check {' and '.join(said)}" if said else "check user and password"


def _user(option: str, value: str) -> str:
    for name, key in sorted(secret_references({option: value})):
        return f"the user from {_key(name, key)} ({cut(option, LABEL)})"
    return f"the user {' '.join(cut(value, LABEL).split())} ({cut(option, LABEL)})"


def _passwords(config: Mapping[str, str]) -> set[tuple[str, str]]:
    """The references in options of passwords; where there is none, in any but that of the user."""
    confidential = {k: v for k, v in config.items() if re.fullmatch(CONFIDENTIAL_KEY, k)}
    others = {k: v for k, v in config.items() if not _USER.fullmatch(k)}
    return secret_references(confidential) or secret_references(others)


def _key(name: str, key: str) -> str:
    if name == LAB:
        return f"the lab's own credential {cut(key, LABEL)}"
    return f"the key {cut(key, LABEL)} of the Secret {cut(name, LABEL)}"
