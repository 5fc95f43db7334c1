"""PostgreSQL: names and settings that are refused."""

BAD = (
    (
        "database-name-format",
        "spec.postgresql.database",
        {"postgresql": {"database": "Transform"}},
        None,
    ),
    (
        "postgresql-name-not-reserved",
        "spec.postgresql.username",
        {"postgresql": {"username": "pg_monitor"}},
        None,
    ),
)
REFUSED = (
    ("postgresql", {"username": "postgres"}, "username"),
    ("postgresql", {"database": 'x"; DROP'}, "database"),
    ("postgresql", {"config": {"data_directory": "/tmp"}}, "/config/data_directory"),
    ("postgresql", {"initSQL": {"inline": {"a.sh": "x"}}}, "initSQL/inline"),
)
# A few milliseconds each time; that its port is open says little.
PROBES = (
    (("postgresql", "startupProbe"), "pg_isready"),
    (("postgresql", "readinessProbe"), "pg_isready"),
)
