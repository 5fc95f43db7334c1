"""Credentials that follow from one key of the operator's: the same lab has the same ones again.

A password that was drawn is gone with the Secret it stood in, and the volume that knows it stays.
One that is derived comes back as it was, whoever deleted the Secret, and whenever (decision 29).
"""

import base64
import hmac
import json
from dataclasses import dataclass, field

from streaminglab_operator.names import LabKey

FEWEST_CHARACTERS = 32


@dataclass(frozen=True, slots=True)
class MasterKey:
    """The key of all derived credentials. ``secret``: never logged, never shown.

    HMAC is a pseudo-random function (RFC 2104, and NIST SP 800-108 derives keys with it): who
    knows the passwords of one lab learns nothing of another's.
    """

    secret: bytes = field(repr=False)

    @property
    def id(self) -> str:
        """Tells one master key from another and shows nothing of either."""
        return self._mac("sha256", "id").hex()[:16]

    def password(self, lab: LabKey, name: str, epoch: int = 0, *, hexadecimal: bool = False) -> str:
        """The value of one key of a lab's Secret: 43 characters of base64url, or 128 hexadecimal.

        The lab's uid is no part of it: volumes that outlive a lab fit the next one of its name.
        ``epoch``: counts the rotations.
        """
        if hexadecimal:
            words = ("hexadecimal", lab.namespace, lab.name, name, epoch)
            return self._mac("sha512", *words).hex()
        mac = self._mac("sha256", "password", lab.namespace, lab.name, name, epoch)
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")

    def seal(self, lab: LabKey, *words: str | int) -> str:
        """Shows that the operator itself wrote these words for this lab: 32 hexadecimal digits."""
        return self._mac("sha256", "seal", lab.namespace, lab.name, *words).hex()[:32]

    def _mac(self, digest: str, *words: str | int) -> bytes:
        # As JSON, so that no two lists of words are the same text.
        return hmac.new(self.secret, json.dumps(words).encode(), digest).digest()
