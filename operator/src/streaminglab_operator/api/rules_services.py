"""Rules on the optional services: formats, what needs what, and where a password may stand."""

from __future__ import annotations

from collections.abc import Iterator

from streaminglab_operator.api import units
from streaminglab_operator.api.effective import brokers_of
from streaminglab_operator.api.rules_fields import failing, format_rule, matches
from streaminglab_operator.api.rules_lab import CEL_BROKERS
from streaminglab_operator.api.rules_types import Case, Check, Rule

SOURCES = ("bundled", "maven", "url", "image")
CONNECTORS = "spec.connect.connectors[]"
CONNECTOR_CONFIG = (f"{CONNECTORS}.config",)

# What the operator writes itself, from the fields beside `config`.
CONNECTOR_OWNED = ("name", "connector.class", "tasks.max")
WORKER_OWNED = (
    "bootstrap.servers",
    "group.id",
    "listeners",
    *(
        f"{kind}.storage.{what}"
        for kind in ("config", "offset", "status")
        for what in ("topic", "replication.factor")
    ),
)
WORKER_OWNED_PREFIXES = ("admin.", "config.providers", "rest.", "plugin.", "connector.client.")

POSTGRESQL_NAMES = ("spec.postgresql.database", "spec.postgresql.username")
POSTGRESQL_RESERVED = ("postgres", "template0", "template1")
MONGODB_RESERVED = ("admin", "local", "config")
CONFIDENTIAL_KEY = r"^.*([Pp]assword|[Pp]asswd|[Ss]ecret|[Tt]oken|[Pp]assphrase)$"
REFERENCE = "${secret:"
# user:password@ inside an address
CREDENTIALS_IN_URL = r"^.*://[^/@:]*:[^/@$]+@.*$"

STORED = ("connect", "postgresql", "mongodb", "sftp", "jupyter")
# What is made at the first start of a database or a disk, and never again.
FIXED = (
    *((part, "storage") for part in STORED),
    ("postgresql", "database"),
    ("postgresql", "username"),
    ("mongodb", "database"),
    ("mongodb", "username"),
)
SERVICES = (
    "connect",
    "kafkaUI",
    "schemaRegistry",
    "ksqldb",
    "postgresql",
    "mongodb",
    "sftp",
    "jupyter",
    "grafana",
    "toolbox",
    "dbt",
)


def secret_in_plain_text(key: str, value: str) -> bool:
    """Whether an option of a connector holds a password instead of a reference to a Secret."""
    if units.fits(CONFIDENTIAL_KEY, key):
        return value != "" and not value.startswith(REFERENCE)
    return units.fits(CREDENTIALS_IN_URL, value)


def _one_source(case: Case) -> Iterator[str]:
    for i, plugin in enumerate(case.new.connect.plugins if case.new.connect else ()):
        if sum(getattr(plugin, source) is not None for source in SOURCES) != 1:
            yield f"spec.connect.plugins[{i}]"


def _checksum_with_url(case: Case) -> Iterator[str]:
    for i, plugin in enumerate(case.new.connect.plugins if case.new.connect else ()):
        if plugin.url is not None and plugin.sha512 is None:
            yield f"spec.connect.plugins[{i}]"


def _dbt_needs_postgresql(case: Case) -> Iterator[str]:
    if case.new.dbt is not None and case.new.postgresql is None:
        yield "spec.dbt"


def _grafana_needs_weather(case: Case) -> Iterator[str]:
    if case.new.grafana is not None and not case.new.weather:
        yield "spec.grafana"


def _gateway_needs_domain(case: Case) -> Iterator[str]:
    if case.new.access.gateway is not None and case.new.access.ingress is None:
        yield "spec.access.gateway"


def _external_or_gateway(case: Case) -> Iterator[str]:
    access = case.new.access
    if access.gateway is not None and access.ingress is not None and access.ingress.external:
        yield "spec.access.gateway"


def _node_ports(case: Case) -> Iterator[str]:
    wish = case.new.access.kafka.node_port
    if wish is not None and len(wish.ports) != brokers_of(case.new):
        yield "spec.access.kafka.nodePort.ports"


def _balancer_hosts(case: Case) -> Iterator[str]:
    wish = case.new.access.kafka.load_balancer
    if wish is not None and len(wish.hosts) != brokers_of(case.new):
        yield "spec.access.kafka.loadBalancer.hosts"


def _weather_fixed(case: Case) -> Iterator[str]:
    if case.old is not None and case.old.weather and not case.new.weather:
        yield "spec.weather"


def _kept(part: str, name: str) -> Check:
    def check(case: Case) -> Iterator[str]:
        old = getattr(case.old, part, None)
        new = getattr(case.new, part)
        if old is not None and new is not None and getattr(old, name) != getattr(new, name):
            yield f"spec.{part}.{name}"

    return check


CEL_OWNED_WORKER = " || ".join(
    [
        "k in [{}]".format(", ".join(f"'{key}'" for key in WORKER_OWNED)),
        *(f"k.startsWith('{prefix}')" for prefix in WORKER_OWNED_PREFIXES),
    ]
)


def _plain_worker(config: dict[str, str]) -> bool:
    return not any(k in WORKER_OWNED or k.startswith(WORKER_OWNED_PREFIXES) for k in config)


SERVICE_RULES: tuple[Rule, ...] = (
    Rule(
        id="plugin-one-source",
        at=("spec.connect.plugins[]",),
        cel="[" + ", ".join(f"has(self.{s})" for s in SOURCES) + "].filter(x, x).size() == 1",
        message="a plugin comes from exactly one place: bundled, maven, url or image",
        check=_one_source,
    ),
    Rule(
        id="plugin-url-checksum",
        at=("spec.connect.plugins[]",),
        cel="!has(self.url) || has(self.sha512)",
        message="a plugin with a url needs its sha512 too (sha512sum FILE prints it)",
        check=_checksum_with_url,
    ),
    Rule(
        id="connector-option-plain",
        at=CONNECTOR_CONFIG,
        cel=f"self.all(k, {matches('k', units.OPTION_KEY)})",
        message="the name of a connector's option has letters, digits, '.', '_' and '-'",
        check=failing(
            CONNECTOR_CONFIG, lambda c: all(units.fits(units.OPTION_KEY, key) for key in c)
        ),
    ),
    Rule(
        id="connector-option-not-owned",
        at=CONNECTOR_CONFIG,
        cel="self.all(k, !(k in [{}]))".format(", ".join(f"'{k}'" for k in CONNECTOR_OWNED)),
        message="name, connector.class and tasks.max are written as the fields name, class and "
        "tasksMax of the connector: take them out of config",
        check=failing(CONNECTOR_CONFIG, lambda c: not any(k in CONNECTOR_OWNED for k in c)),
    ),
    Rule(
        id="connector-secret-by-reference",
        at=CONNECTOR_CONFIG,
        cel=f"self.all(k, {matches('k', CONFIDENTIAL_KEY)} ? "
        f"(self[k] == '' || self[k].startsWith('{REFERENCE}')) : "
        f"!{matches('self[k]', CREDENTIALS_IN_URL)})",
        message="a password must not stand in the spec: put it into a Secret and write "
        "${secret:NAME:KEY}, or ${secret:lab:postgresql-password} for the lab's own",
        check=failing(
            CONNECTOR_CONFIG,
            lambda c: not any(secret_in_plain_text(k, v) for k, v in c.items()),
        ),
    ),
    Rule(
        id="worker-config-not-owned",
        at=("spec.connect.config",),
        cel=f"self.all(k, !({CEL_OWNED_WORKER}))",
        message="the operator sets addresses, topics, group, plugins, REST and config providers "
        "of the workers itself: take these properties out",
        check=failing(("spec.connect.config",), _plain_worker),
    ),
    Rule(
        id="connect-secret-not-lab",
        at=("spec.connect.secrets[]",),
        cel="self != 'lab'",
        message="in references, lab means the lab's own credentials, so a Secret of that name "
        "cannot be mounted: give it another name",
        check=failing(("spec.connect.secrets[]",), lambda name: name != "lab"),
    ),
    Rule(
        id="outside-address-per-broker",
        at=("spec",),
        field_path=".access",
        cel=f"!has(self.access.kafka.nodePort) || "
        f"size(self.access.kafka.nodePort.ports) == {CEL_BROKERS}",
        message="give access.kafka.nodePort.ports one port for each broker",
        check=_node_ports,
    ),
    Rule(
        id="outside-host-per-broker",
        at=("spec",),
        field_path=".access",
        cel=f"!has(self.access.kafka.loadBalancer) || "
        f"size(self.access.kafka.loadBalancer.hosts) == {CEL_BROKERS}",
        message="give access.kafka.loadBalancer.hosts one address for each broker",
        check=_balancer_hosts,
    ),
    Rule(
        id="dbt-needs-postgresql",
        at=("spec",),
        field_path=".dbt",
        cel="!has(self.dbt) || has(self.postgresql)",
        message="dbt works on the lab's PostgreSQL: add spec.postgresql: {}",
        check=_dbt_needs_postgresql,
    ),
    Rule(
        id="grafana-needs-weather",
        at=("spec",),
        field_path=".grafana",
        cel="!has(self.grafana) || self.weather",
        message="Grafana shows the weather in InfluxDB: set spec.weather to true, or take "
        "spec.grafana out",
        check=_grafana_needs_weather,
    ),
    Rule(
        id="gateway-needs-domain",
        at=("spec.access",),
        field_path=".gateway",
        cel="!has(self.gateway) || has(self.ingress)",
        message="a Gateway needs the host names of access.ingress: give at least its domain",
        check=_gateway_needs_domain,
    ),
    Rule(
        id="external-without-gateway",
        at=("spec.access",),
        field_path=".gateway",
        cel="!has(self.gateway) || !has(self.ingress) || !self.ingress.external",
        message="with ingress.external somebody else leads browsers to the lab: take gateway out, "
        "or external",
        check=_external_or_gateway,
    ),
    Rule(
        id="weather-stays",
        at=("spec.weather",),
        cel="self || !oldSelf",
        message="the weather of an existing lab cannot be taken away: its data would be lost. "
        "Make a new lab",
        check=_weather_fixed,
    ),
    Rule(
        id="postgresql-name-not-reserved",
        at=POSTGRESQL_NAMES,
        cel=f"!(self in {list(POSTGRESQL_RESERVED)}) && !self.startsWith('pg_')",
        message="postgres, template0, template1 and names that begin with pg_ are PostgreSQL's own",
        check=failing(
            POSTGRESQL_NAMES,
            lambda name: name not in POSTGRESQL_RESERVED and not name.startswith("pg_"),
        ),
    ),
    Rule(
        id="mongodb-database-not-reserved",
        at=("spec.mongodb.database",),
        cel=f"!(self in {list(MONGODB_RESERVED)})",
        message="admin, local and config are MongoDB's own databases",
        check=failing(("spec.mongodb.database",), lambda name: name not in MONGODB_RESERVED),
    ),
    format_rule(
        "sftp-key-format",
        units.PUBLIC_KEY,
        "write one public key as in authorized_keys, without options: ssh-ed25519 AAAA... name",
        "spec.sftp.authorizedKeys[]",
    ),
    format_rule(
        "plugin-name-format",
        units.PLUGIN_NAME,
        "use small letters, digits and '-'",
        "spec.connect.plugins[].name",
        f"{CONNECTORS}.name",
    ),
    format_rule(
        "plugin-maven-format",
        units.MAVEN,
        "write group:artifact:version, and if needed :packaging and :classifier",
        "spec.connect.plugins[].maven",
    ),
    format_rule(
        "url-format",
        units.URL,
        "write an address that begins with http:// or https://, without user and password",
        "spec.connect.plugins[].url",
        "spec.connect.mavenRepository",
    ),
    format_rule(
        "plugin-sha512-format",
        units.SHA512,
        "a SHA-512 has 128 hexadecimal digits in small letters",
        "spec.connect.plugins[].sha512",
    ),
    format_rule(
        "plugin-image-format",
        units.IMAGE,
        "write an image as repository:tag or repository@digest",
        "spec.connect.plugins[].image",
    ),
    format_rule(
        "connector-class-format",
        units.JAVA_CLASS,
        "write the full name of a Java class",
        f"{CONNECTORS}.class",
    ),
    format_rule(
        "secret-name-format",
        units.DNS_SUBDOMAIN,
        "the name of a Secret or ConfigMap has small letters, digits, '-' and '.'",
        "spec.connect.secrets[]",
        "spec.postgresql.initConfigMapName",
        "spec.dbt.projectConfigMapName",
        "spec.access.ingress.tlsSecretName",
    ),
    format_rule(
        "service-storage-format",
        units.STORAGE,
        "a disk size is a whole number and a unit, at least 100Mi: 500Mi, 1Gi, 20Gi",
        *(f"spec.{part}.storage" for part in STORED),
    ),
    format_rule(
        "service-storage-class-format",
        units.DNS_SUBDOMAIN,
        "the name of a StorageClass has small letters, digits, '-' and '.'",
        *(f"spec.{part}.storageClassName" for part in STORED),
    ),
    format_rule(
        "service-cpu-format",
        units.CPU,
        "write whole cores or thousandths of a core: 1, 250m",
        *(f"spec.{part}.resources.cpu" for part in SERVICES),
    ),
    format_rule(
        "service-memory-format",
        units.MEMORY,
        "write a whole number, then Mi or Gi, at least 64Mi: 512Mi, 2Gi",
        *(f"spec.{part}.resources.memory" for part in SERVICES),
    ),
    format_rule(
        "database-name-format",
        units.SQL_NAME,
        "use small letters, digits and '_', beginning with a letter",
        "spec.postgresql.database",
        "spec.postgresql.username",
        "spec.mongodb.database",
    ),
    format_rule(
        "user-name-format",
        units.USER_NAME,
        "use small letters, digits, '_' and '-', beginning with a letter",
        "spec.kafkaUI.username",
        "spec.mongodb.username",
        "spec.sftp.username",
    ),
    format_rule(
        "service-topic-format",
        units.TOPIC,
        "a topic's name has 1 to 249 letters without accent, digits, '.', '_' or '-'",
        "spec.dbt.commandTopic",
        "spec.dbt.resultTopic",
    ),
    format_rule(
        "host-format",
        units.HOST,
        "a host name has labels of small letters, digits and '-', at most 63 characters each, "
        "joined by '.'",
        "spec.access.ingress.domain",
        *(
            f"spec.access.ingress.hosts.{host}"
            for host in ("kafkaUI", "jupyter", "grafana", "influxdb", "schemaRegistry")
        ),
        "spec.access.kafka.nodePort.host",
        "spec.access.kafka.loadBalancer.hosts[]",
    ),
    *(
        Rule(
            id=f"{part}-{name.lower()}-fixed",
            at=(f"spec.{part}.{name}",),
            cel="self == oldSelf",
            message="this cannot change while the part exists: take the part out of the spec (its "
            "data goes with it) and put it in again",
            check=_kept(part, name),
        )
        for part, name in FIXED
    ),
)
