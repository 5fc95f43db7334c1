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
