"""MongoDB: names that are refused."""

BAD = (
    (
        "mongodb-database-not-reserved",
        "spec.mongodb.database",
        {"mongodb": {"database": "admin"}},
        None,
    ),
)
REFUSED = (("mongodb", {"database": "admin"}, "database"),)
# It makes the replica set and its user, and never runs again once it has succeeded.
PROBES = ((("mongodb", "startupProbe"), "mongosh"),)
