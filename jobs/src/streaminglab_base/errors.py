"""The two kinds of failure a job knows: one that passes by itself, one that a person must mend."""


class JobError(Exception):
    """Something a person must mend. The text is shown to the student: plain words, no secret."""


class ConfigError(JobError):
    """config.json (or a secret file) cannot work. The text names the field."""


class Unavailable(Exception):
    """A server does not answer just now: worth another try.

    For a write it also means "unknown whether it arrived": ask before writing again.
    """


class Stopped(Exception):
    """The job was asked to end (SIGTERM) before its work was done."""
