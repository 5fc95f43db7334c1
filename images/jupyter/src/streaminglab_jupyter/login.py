"""The password, as JupyterLab wants it: an argon2 hash, made anew at each start."""

from __future__ import annotations

from pathlib import Path

import argon2

MEMORY_KIB = 10_240
ROUNDS = 10
LANES = 8
"""As jupyter_server's own `passwd()` has them; a login then takes about 0.1 s."""


class LoginError(Exception):
    """There is no usable password. The text is for whoever runs the lab."""


def hashed(password_file: str) -> str:
    """The value of `PasswordIdentityProvider.hashed_password`; raises LoginError."""
    if not password_file:
        raise LoginError("JUPYTER_PASSWORD_FILE is not set: JupyterLab is not run without a login")
    try:
        password = Path(password_file).read_text().rstrip("\r\n")
    except (OSError, UnicodeDecodeError) as error:
        raise LoginError(f"JUPYTER_PASSWORD_FILE: {password_file} cannot be read") from error
    if not password:
        raise LoginError(f"JUPYTER_PASSWORD_FILE: {password_file} is empty")
    hasher = argon2.PasswordHasher(time_cost=ROUNDS, memory_cost=MEMORY_KIB, parallelism=LANES)
    return f"argon2:{hasher.hash(password)}"
