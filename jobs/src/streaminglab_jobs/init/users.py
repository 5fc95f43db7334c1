"""Users of Kafka's listeners for clients outside the cluster (SASL, SCRAM-SHA-512).

A fresh volume has the user from its first start on. One that is older than the listeners, or whose
Secret was changed since, gets it here.
"""

# The package re-exports these names without saying so to type checkers.
from confluent_kafka import KafkaError
from confluent_kafka.admin import (  # type: ignore[attr-defined]
    AdminClient,
    ScramCredentialInfo,
    ScramMechanism,
    UserScramCredentialUpsertion,
)

from streaminglab_jobs.init.answers import answer

MECHANISM = ScramMechanism.SCRAM_SHA_512
ITERATIONS = 8192
"""Rounds of hashing that a guess costs; Kafka takes 4096 to 16384."""


class Users:
    """Gives users their passwords; can be called again and again."""

    def __init__(self, admin: AdminClient) -> None:
        self._admin = admin

    def ensure(self, name: str, password: str) -> str:
        """Make one user, or set its password anew; return in words what was done.

        Set every time, because Kafka never shows a password. Who is connected stays connected.
        Raises JobError for what Kafka refuses, Unavailable for what may work later.
        """
        known = self._has(name)
        wanted = UserScramCredentialUpsertion(
            name, ScramCredentialInfo(MECHANISM, ITERATIONS), password.encode()
        )
        answer(
            lambda: self._admin.alter_user_scram_credentials([wanted]),
            f"setting the password of user {name!r}",
        )
        return f"user {name!r} " + ("has its password, set anew" if known else "made")

    def _has(self, name: str) -> bool:
        """Whether the user has a password for this mechanism already."""
        found = answer(
            lambda: self._admin.describe_user_scram_credentials([name]),
            f"asking for user {name!r}",
            ignore=KafkaError.RESOURCE_NOT_FOUND,
        )
        return found is not None and any(
            info.mechanism == MECHANISM for info in found.scram_credential_infos
        )
