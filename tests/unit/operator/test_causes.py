"""The line that says why a program ended, out of the last lines of real programs."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from streaminglab_operator.observed.causes import cause
from streaminglab_operator.observed.pods import pod_state
from tests.unit.operator import pods_as_seen as seen

POSTGRES = """\
PostgreSQL init process starting
2026-11-27 08:00:04.120 UTC [48] LOG:  database system is ready to accept connections
2026-11-27 08:00:04.301 UTC [61] ERROR:  CREATE DATABASE cannot run inside a transaction block
2026-11-27 08:00:04.301 UTC [61] STATEMENT:  CREATE DATABASE shop;
psql:/docker-entrypoint-initdb.d/init.sql:3: ERROR:  CREATE DATABASE cannot run inside a transaction block
2026-11-27 08:00:04.400 UTC [48] LOG:  received fast shutdown request
2026-11-27 08:00:04.402 UTC [62] FATAL:  terminating connection due to administrator command
2026-11-27 08:00:04.410 UTC [48] LOG:  database system is shut down
"""  # noqa: E501
POSTGRES_FULL = """\
2026-11-27 08:00:01.001 UTC [1] FATAL:  could not write lock file "postmaster.pid": No space left on device
2026-11-27 08:00:01.003 UTC [1] LOG:  database system is shut down
"""  # noqa: E501
MONGOD = "\n".join(
    json.dumps(line)
    for line in (
        {"t": {"$date": "2026-11-27T08:00:01Z"}, "s": "I", "c": "CONTROL", "msg": "starting"},
        {
            "t": {"$date": "2026-11-27T08:00:02Z"}, "s": "E", "c": "CONTROL", "id": 20557,
            "msg": "DBException in initAndListen, terminating",
            "attr": {"error": "Location28596: Unable to determine status of lock file"},
        },
        {"t": {"$date": "2026-11-27T08:00:02Z"}, "s": "I", "c": "CONTROL", "msg": "Now exiting"},
        {
            "t": {"$date": "2026-11-27T08:00:02Z"}, "s": "I", "c": "CONTROL",
            "msg": "Shutting down", "attr": {"exitCode": 100},
        },
    )
)  # fmt: skip
MONGOSH = """\
Current Mongosh Log ID: 6929f1
Connecting to: mongodb://127.0.0.1:27017
Loading file: /init/init.js
MongoServerError[DuplicateKey]: E11000 duplicate key error collection: shop.items
bye
"""
KAFKA = """\
[2026-11-27 08:00:01,120] INFO Registered kafka:type=kafka.Log4jController MBean (kafka.utils)
[2026-11-27 08:00:01,400] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)
org.apache.kafka.common.config.ConfigException: Invalid value abc for configuration log.retention.ms
\tat org.apache.kafka.common.config.ConfigDef.parseType(ConfigDef.java:779)
\tat kafka.Kafka$.main(Kafka.scala:100)
"""
CONNECT = """\
[2026-11-27 08:00:09,400] ERROR Stopping due to error (org.apache.kafka.connect.cli.Worker:92)
org.apache.kafka.connect.errors.ConnectException: Failed to start the worker
\tat org.apache.kafka.connect.runtime.Worker.start(Worker.java:10)
Caused by: org.apache.kafka.common.KafkaException: Failed to create new NetworkClient
\tat org.apache.kafka.clients.ClientUtils.create(ClientUtils.java:1)
\t... 4 more
Caused by: java.io.IOException: keystore password was incorrect
\tat java.base/sun.security.Key.load(Key.java:2)
\t... 9 more
[2026-11-27 08:00:09,500] INFO Kafka Connect stopped (org.apache.kafka.connect.runtime.Connect)
"""
JVM = """\
Error occurred during initialization of VM
Could not reserve enough space for 4194304KB object heap
"""
INFLUXD = """\
2026-11-27T08:00:01.002Z\tinfo\tWelcome to InfluxDB\t{"log_id": "0x", "version": "v2.7.12"}
2026-11-27T08:00:01.090Z\terror\tFailed opening bolt\t{"log_id": "0x", "error": "open: timeout"}
2026-11-27T08:00:01.100Z\tinfo\tStopping\t{"log_id": "0x"}
"""
TELEGRAF = """\
2026-11-27T08:00:01Z I! Loading config: /etc/telegraf/telegraf.conf
2026-11-27T08:00:01Z E! [telegraf] Error running agent: unknown parser format: jsn
2026-11-27T08:00:01Z I! stopped
"""
PYTHON = """\
starting
Traceback (most recent call last):
  File "/app/main.py", line 3, in <module>
    import pandas as pd
ModuleNotFoundError: No module named 'pandas'

During handling of the above exception, another exception occurred:

Traceback (most recent call last):
  File "/app/main.py", line 9, in <module>
    raise SystemError("no pandas here") from None
  File "/app/other.py", line 1, in f
    boom()
SystemError: no pandas here
"""
NODE = """\
node:internal/modules/cjs/loader:1143
  throw err;
  ^

Error: Cannot find module '/app/server.js'
    at Module._resolveFilename (node:internal/modules/cjs/loader:1140:15)
    at node:internal/main/run_main_module:23:47 {
  code: 'MODULE_NOT_FOUND',
  requireStack: []
}

Node.js v20.11.0
"""
GRAFANA = """\
logger=settings t=2026-11-27T08:00:01Z level=info msg="Starting Grafana" version=12.3.0
logger=server t=2026-11-27T08:00:02Z level=error msg="Failed to start" error="unable to open database file"
logger=server t=2026-11-27T08:00:02Z level=info msg="Shutdown started" reason="server"
"""  # noqa: E501
SHELL = """\
+ cp /config/a /tmp/a
cp: can't create '/tmp/a': No space left on device
done
"""
POSTGRES_OLDER = """\
2026-11-27 08:00:01.001 UTC [1] FATAL:  database files are incompatible with server
2026-11-27 08:00:01.001 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 17.
2026-11-27 08:00:01.002 UTC [1] LOG:  database system is shut down
"""  # noqa: E501
POSTGRES_FRENCH = """\
psql:/etc/streaminglab/sql/10.sql:3: ERREUR:  erreur de syntaxe sur ou près de « CREAT »
LIGNE 1 : CREAT TABLE x;
          ^
"""
JUPYTER = """\
[I 2026-11-27 08:00:00.000 ServerApp] Extension package jupyter_lsp took 0.1s
[E 2026-11-27 08:00:01.000 ServerApp] Bad config encountered during initialization: port
[I 2026-11-27 08:00:01.100 ServerApp] bye
"""
DBT = """\
08:00:00  Running with dbt=1.10.4
08:00:01  Encountered an error:
Compilation Error
  Model 'model.course.b' (models/b.sql) depends on a node named 'a' which was not found
"""
DBT_DATABASE = """\
08:00:01  Completed with 1 error, 0 partial successes, and 0 warnings:
08:00:01    Database Error in model b (models/b.sql)
  column "x" does not exist
  LINE 3: select x
"""
PYDANTIC = """\
Traceback (most recent call last):
  File "/app/main.py", line 1, in <module>
    Settings()
pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings
port
  Input should be a valid integer [type=int_parsing, input_value='a', input_type=str]
"""
PYTHON_GROUP = """\
  + Exception Group Traceback (most recent call last):
  |   File "a.py", line 1, in <module>
  | ExceptionGroup: unhandled errors in a TaskGroup (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "a.py", line 3, in f
    | ValueError: bad port
    +------------------------------------
"""
RUST = """\
starting
thread 'main' panicked at src/main.rs:4:5:
index out of bounds: the len is 3 but the index is 99
note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace
"""
BUNYAN = """\
{"level":60,"time":1,"msg":"cannot start","err":{"message":"no such host"}}
{"level":30,"time":2,"msg":"bye"}
"""
SLOG = """\
time=2026-11-27T08:00:01Z level=ERROR msg="cannot load" err="yaml: line 3: mapping values"
time=2026-11-27T08:00:02Z level=INFO msg=bye
"""
KLOG = """\
E1127 08:00:01.000000       1 main.go:33] listen tcp :80: bind went wrong
I1127 08:00:02.000000       1 main.go:40] bye
"""
OTHERS = {
    "mysql": (
        "2026-11-27T08:00:00.1Z 0 [ERROR] [MY-010262] [Server] Can't start server: Bind on port\n"
        "2026-11-27T08:00:00.2Z 0 [ERROR] [MY-010119] [Server] Aborting\n"
        "2026-11-27T08:00:01.1Z 0 [System] [MY-010910] [Server] mysqld: Shutdown complete\n",
        "0 [ERROR] [MY-010262] [Server] Can't start server: Bind on port",
    ),
    "redis": (
        "*** FATAL CONFIG FILE ERROR (Redis 7.2.0) ***\nReading the file, at line 2\n>>> 'foo b'\n"
        "Bad directive\n",
        "*** FATAL CONFIG FILE ERROR (Redis 7.2.0) ***; Reading the file, at line 2 >>> 'foo b'",
    ),
    "rabbitmq": ("[error] <0.9.0> corrupted schema\n", "[error] <0.9.0> corrupted schema"),
    "go, a panic": (
        "panic: assignment to entry in nil map\n\ngoroutine 1 [running]:\nmain.main()\n",
        "panic: assignment to entry in nil map",
    ),
    "ruby": (
        "/app/x.rb:3:in `run': boom (RuntimeError)\n\tfrom /app/x.rb:9:in `<main>'\n",
        "/app/x.rb:3:in `run': boom (RuntimeError)",
    ),
    "elixir": ("** (RuntimeError) boom\n    (app 0.1.0) lib/x.ex:3\n", "** (RuntimeError) boom"),
    "perl": ("Died at x.pl line 3.\n", "Died at x.pl line 3."),
    "r": (
        "Error in library(foo) : there is no package called 'foo'\nExecution halted\n",
        "Error in library(foo) : there is no package called 'foo'",
    ),
    "npm": (
        "npm ERR! enoent ENOENT: open '/app/package.json'\nnpm ERR! errno -2\n"
        "npm ERR! A complete log of this run can be found in:\nnpm ERR!     /root/x.log\n",
        "npm ERR! enoent ENOENT: open '/app/package.json'",
    ),
    "jvm, an option": (
        "Unrecognized VM option 'UseFooGC'\nError: Could not create the Java Virtual Machine.\n"
        "Error: A fatal exception has occurred. Program will exit.\n",
        "Unrecognized VM option 'UseFooGC'",
    ),
    "c++": (
        "terminate called after throwing an instance of 'std::runtime_error'\n  what():  boom\n"
        "Aborted (core dumped)\n",
        "what(): boom",
    ),
    "another crash in C": ("Bus error (core dumped)\n", "Bus error (core dumped)"),
    "shell, a variable": (
        "/start.sh: line 3: A: unbound variable\n",
        "/start.sh: line 3: A: unbound variable",
    ),
    "dash, a variable": (
        "/start.sh: 7: A: parameter not set\n",
        "/start.sh: 7: A: parameter not set",
    ),
    "shell, syntax": (
        "/s.sh: line 3: syntax error near `fi'\n",
        "/s.sh: line 3: syntax error near `fi'",
    ),
    "structlog": (json.dumps({"event": "no brokers", "level": "critical"}) + "\n", "no brokers"),
    "python-json-logger": (
        json.dumps({"levelname": "ERROR", "message": "no way"}) + "\n",
        "no way",
    ),
    "ecs": (
        json.dumps({"log.level": "ERROR", "message": "while booting", "error.message": "full"})
        + "\n",
        "while booting: full",
    ),
    "stackdriver": (json.dumps({"severity": "ERROR", "message": "no port"}) + "\n", "no port"),
    "serilog": (
        json.dumps({"@l": "Fatal", "@mt": "ended", "@x": "Exception: a"}) + "\n",
        "ended: Exception: a",
    ),
}
"""Programs that may stand in an image or in a script of somebody's own."""

REAL = {
    "postgres, older files": (
        POSTGRES_OLDER,
        "FATAL: database files are incompatible with server; The data directory was initialized "
        "by PostgreSQL version 17.",
    ),
    "postgres, French": (
        POSTGRES_FRENCH,
        "psql:/etc/streaminglab/sql/10.sql:3: ERREUR: erreur de syntaxe sur ou près de « CREAT »",
    ),
    "jupyter": (
        JUPYTER,
        "[E ServerApp] Bad config encountered during initialization: port",
    ),
    "dbt": (
        DBT,
        "Compilation Error; Model 'model.course.b' (models/b.sql) depends on a node named 'a' "
        "which was not found",
    ),
    "dbt, database": (
        DBT_DATABASE,
        'Database Error in model b (models/b.sql); column "x" does not exist',
    ),
    "pydantic": (
        PYDANTIC,
        "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings; port "
        "Input should be a valid integer [type=int_parsing, input_value='a', input_type=str]",
    ),
    "python, a group": (PYTHON_GROUP, "ValueError: bad port"),
    "rust": (
        RUST,
        "thread 'main' panicked at src/main.rs:4:5: index out of bounds: the len is 3 but the "
        "index is 99",
    ),
    "bunyan": (BUNYAN, "cannot start: no such host"),
    "slog": (SLOG, "cannot load: yaml: line 3: mapping values"),
    "klog": (KLOG, "E1127 08:00:01.000000 1 main.go:33] listen tcp :80: bind went wrong"),
    "no program of this machine": (
        "exec /usr/bin/init: exec format error\n",
        "exec /usr/bin/init: exec format error",
    ),
    "a crash in C": (
        "starting\nSegmentation fault (core dumped)\n",
        "Segmentation fault (core dumped)",
    ),
    "postgres, init": (
        POSTGRES,
        "psql:/docker-entrypoint-initdb.d/init.sql:3: ERROR: CREATE DATABASE cannot run inside "
        "a transaction block",
    ),
    "postgres, full": (
        POSTGRES_FULL,
        'FATAL: could not write lock file "postmaster.pid": No space left on device',
    ),
    "mongod": (
        MONGOD,
        "DBException in initAndListen, terminating: Location28596: Unable to determine status "
        "of lock file",
    ),
    "mongosh": (
        MONGOSH,
        "MongoServerError[DuplicateKey]: E11000 duplicate key error collection: shop.items",
    ),
    "kafka": (
        KAFKA,
        "org.apache.kafka.common.config.ConfigException: Invalid value abc for configuration "
        "log.retention.ms",
    ),
    "connect": (CONNECT, "Caused by: java.io.IOException: keystore password was incorrect"),
    "jvm": (JVM, "Could not reserve enough space for 4194304KB object heap"),
    "influxd": (INFLUXD, 'error Failed opening bolt {"log_id": "0x", "error": "open: timeout"}'),
    "telegraf": (TELEGRAF, "E! [telegraf] Error running agent: unknown parser format: jsn"),
    "python": (PYTHON, "SystemError: no pandas here"),
    "node": (NODE, "Error: Cannot find module '/app/server.js'"),
    "grafana": (GRAFANA, "Failed to start: unable to open database file"),
    **OTHERS,
    "shell": (SHELL, "cp: can't create '/tmp/a': No space left on device"),
}


@pytest.mark.parametrize("program", list(REAL))
def test_the_cause_is_found_in_what_programs_really_write(program: str) -> None:
    log, words = REAL[program]
    assert cause(log) == words


@pytest.mark.parametrize("program", list(REAL))
def test_the_cause_is_found_wherever_it_stands(program: str) -> None:
    log, words = REAL[program]
    padding = "still going on\n" * 40
    assert cause(padding + log + padding) == words


def test_a_log_that_says_nothing_of_a_cause_has_none() -> None:
    assert cause("one\ntwo\n") == ""
    assert cause("") == ""


@given(st.text(max_size=9000))
def test_any_text_is_read_and_one_line_comes_out(text: str) -> None:
    found = cause(text)
    assert len(found) <= 4096
    assert "\n" not in found


@pytest.mark.parametrize("piece", ["[", "{", " at ", "Error:", "msg=", '"', "\x1b[", "2026-11-27 "])
def test_hostile_text_of_any_length_is_cut_before_it_is_read(piece: str) -> None:
    assert len(cause(piece * 1_000_000)) <= 4096


def test_a_pod_that_ended_tells_the_cause_and_not_the_beginning_of_its_log() -> None:
    ended = seen.terminated(3, message=POSTGRES)
    raw = seen.pod(seen.container(seen.waiting("CrashLoopBackOff"), ended))
    culprit = pod_state(raw).culprit
    assert culprit is not None
    assert culprit.message.endswith(
        "(psql:/docker-entrypoint-initdb.d/init.sql:3: ERROR: CREATE DATABASE cannot run inside "
        "a transaction block)"
    )


def test_a_program_that_says_one_line_is_told_without_its_form() -> None:
    line = json.dumps(
        {"s": "F", "msg": "Failed to unlink socket file", "attr": {"error": "denied"}}
    )
    raw = seen.pod(seen.container(seen.terminated(1, message=line)))
    culprit = pod_state(raw).culprit
    assert culprit is not None
    assert culprit.message.endswith(": Failed to unlink socket file: denied")


def test_what_a_volume_was_kept_from_is_told_with_both_ways_out() -> None:
    said = (
        "start: error: the volume data-meteo-postgresql-0 was kept from another lab: its database "
        "has no user marie, but the users: datamanager, and the databases: transform. This lab "
        "wants the user marie and the database shop. Take the names back that it was made with, or "
        "delete the PersistentVolumeClaim data-meteo-postgresql-0 to begin with an empty one"
    )
    culprit = pod_state(seen.pod(seen.container(seen.terminated(1, message=said)))).culprit
    assert culprit is not None
    assert culprit.message.endswith(said)


def test_a_log_without_a_cause_is_told_by_its_end() -> None:
    raw = seen.pod(seen.container(seen.terminated(1, message="begin\n" + "x\n" * 400 + "the end")))
    culprit = pod_state(raw).culprit
    assert culprit is not None
    assert culprit.message.endswith("x the end")
    assert "begin" not in culprit.message
