"""What all tests share: a random example may take its time, for how long it takes is no test."""

from hypothesis import settings

settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
