"""dbt: topics and projects that are refused."""

BAD = (
    (
        "service-topic-format",
        "spec.dbt.commandTopic",
        {"postgresql": {}, "dbt": {"commandTopic": "a b"}},
        None,
    ),
)
REFUSED = (
    ("dbt", {"topics": {"commands": "no spaces"}}, "topics/commands"),
    ("dbt", {"postgresql": {"port": 0}}, "postgresql/port"),
    ("dbt", {"project": {"inline": {"../x": "y"}}}, "project/inline"),
)
