"""The toolbox: sizes and variables that are refused."""

BAD = (
    ("cpu-format", "spec.toolbox.resources.cpu", {"toolbox": {"resources": {"cpu": "lots"}}}, None),
    (
        "memory-format",
        "spec.toolbox.resources.memory",
        {"toolbox": {"resources": {"memory": "1"}}},
        None,
    ),
)
REFUSED = (
    ("toolbox", {"env": {"A-B": "x"}}, "/env"),
    ("toolbox", {"secretEnv": [{"name": "A", "secret": "s"}]}, "secretEnv"),
)
