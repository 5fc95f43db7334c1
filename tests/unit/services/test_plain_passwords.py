"""Passwords in plain text are found in every form, and what is innocent is let through."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from streaminglab_operator.api import InvalidSpec, admit, parse_spec, validate_spec
from tests.drawing import Part
from tests.services import connect

PLAIN_LOGIN = "org.apache.kafka.common.security.plain.PlainLoginModule required"
REFERENCE = "${secret:mongo:password}"


def connector(config: dict[str, str]) -> Part:
    """A spec with one connector, in which nothing but a password can be wrong."""
    spec = connect.connector({"value.converter": "org.example.Converter", **config})["connect"]
    return {"connect": {"overridePolicy": "All", **spec}}


PASSWORDS: tuple[tuple[str, str], ...] = (
    # By the option's name.
    ("connection.password", "in-the-clear"),
    ("connection.password", "$ecret"),
    ("connection.password", "/etc"),
    ("database.passwd", "x"),
    ("db.pwd", "x"),
    ("ftp.pass", "x"),
    ("ssl.key.password", "x"),
    ("ssl.keystore.key", "MIIE"),
    ("ssl.truststore.password", "changeit"),
    ("private.key.passphrase", "x"),
    ("client.secret", "x"),
    ("clientSecret", "x"),
    ("influxdb.token", "x"),
    ("accessToken", "x"),
    ("API_TOKEN", "x"),
    ("aws.secret.access.key", "wJalrXUtnFEMI/K7MDENG"),
    ("aws.secret.key", "x"),
    ("api.key", "x"),
    ("apiKey", "x"),
    ("x-api-key", "x"),
    ("azure.account.key", "x=="),
    ("azblob.accountKey", "x=="),
    ("snowflake.private.key", "MIIE"),
    ("gcp.credentials.json", "{}"),
    ("connection.password", "${env:PASSWORD}"),
    ("connection.password", f"{REFERENCE}-and-more"),
    ("basic.auth.user.info", "student:in-the-clear"),
    ("schema.registry.basic.auth.user.info", "student:$ecret"),
    # In an address, of whatever scheme and under whatever name.
    ("connection.uri", "mongodb://student:in-the-clear@mongodb:27017/defaultdb"),
    ("connection.uri", "mongodb+srv://student:pa/ss@cluster.example.org"),
    ("connection.uri", "mongodb://student:pa$s@mongodb"),
    ("connection.uri", "mongodb://student:$ecret@mongodb"),
    ("connection.uri", "mongodb://student:/ecret@mongodb"),
    ("connection.uri", "mongodb://student:1234@mongodb"),
    ("connection.uri", "mongodb://student:12ab@mongodb"),
    ("connection.uri", "mongodb://student:p%40ss@mongodb"),
    ("connection.uri", "mongodb://student:p@ss@mongodb"),
    ("connection.uri", f"mongodb://student:{REFERENCE}tail@mongodb"),
    ("connection.uri", f"mongodb://student:head{REFERENCE}@mongodb"),
    ("connection.uri", "mongodb://${secret:mongo:user}:in-the-clear@mongodb"),
    ("redis.uri", "redis://:in-the-clear@redis:6379/0"),
    ("url", "amqps://a:b@rabbit:5671/vhost"),
    ("hosts", "http://one:9200,https://elastic:changeme@two:9200"),
    ("file", "sftp://me:x@host/path"),
    ("connection.url", "jdbc:postgresql://me:x@db/name"),
    ("connection.url", "jdbc:oracle:thin:scott/tiger@//db:1521/service"),
    ("connection.url", "jdbc:oracle:oci:scott/t$ger@db"),
    ("dsn", "root:in-the-clear@tcp(mysql:3306)/name"),
    ("hosts", "student:pa/s$@mysql:3306"),
    # Assigned, in queries, connection strings and JAAS.
    ("connection.url", "jdbc:postgresql://db:5432/x?user=me&password=in-the-clear"),
    ("connection.url", "jdbc:mysql://db/x?password=$ecret"),
    ("connection.url", "jdbc:mysql://db/x?password=/ecret"),
    ("connection.url", f"jdbc:mysql://db/x?password={REFERENCE}tail"),
    ("connection.url", "jdbc:sqlserver://db:1433;databaseName=x;user=sa;password=Passw0rd"),
    ("connection.url", "jdbc:sqlserver://db:1433;trustStorePassword=changeit"),
    ("connection.url", "jdbc:redshift://db/x?PWD=x"),
    ("connection.url", "jdbc:mysql://db/x?sslpass=1&pass=x"),
    ("endpoint", "https://api.example.org/v1?token=x"),
    ("endpoint", "https://api.example.org/v1?api_key=x"),
    ("endpoint", "https://api.example.org/v1?client_secret=x"),
    ("endpoint", "https://x.blob.core.windows.net/c?sv=2020&sig=abc%3D"),
    ("connection.string", "Server=db;Database=x;User Id=sa;Password=x;"),
    ("connection.string", "Driver={x};Pwd={pa;ss};"),
    ("connection.string", "Endpoint=sb://x/;SharedAccessKeyName=r;SharedAccessKey=abc="),
    ("connection.string", "DefaultEndpointsProtocol=https;AccountName=x;AccountKey=abc=="),
    ("sasl.jaas.config", f'{PLAIN_LOGIN} username="a" password="in-the-clear";'),
    ("sasl.jaas.config", f'{PLAIN_LOGIN} username="a" password="$ecret";'),
    ("sasl.jaas.config", f'{PLAIN_LOGIN} username="a" password="/ecret";'),
    ("sasl.jaas.config", f"{PLAIN_LOGIN} username='a' password='x';"),
    ("sasl.jaas.config", f'{PLAIN_LOGIN} username="a" password = "x";'),
    ("sasl.jaas.config", f'{PLAIN_LOGIN} username="a" password=\\"x\\";'),
    ("producer.override.sasl.jaas.config", f'{PLAIN_LOGIN} user_alice="x";'),
    ("sasl.jaas.config", 'OAuthBearerLoginModule required clientId="a" clientSecret="x";'),
    # In JSON, headers, XML, and as a key.
    ("settings", '{"user": "me", "password": "x"}'),
    ("settings", '{"apiKey":"x"}'),
    ("settings", '{"user": "me", "password":"$ecret"}'),
    ("headers", "Authorization: Bearer abcdefgh"),
    ("headers", "Authorization:Basic YWxhZGRpbjpvcGVu"),
    ("auth.header", "Bearer abcdefgh"),
    ("headers", "X-Auth-Token: abc"),
    ("settings", "<password>x</password>"),
    ("ssl.pem", "-----BEGIN RSA PRIVATE KEY-----MIIE"),
)

INNOCENT: tuple[tuple[str, str], ...] = (
    ("tokens.max", "5"),
    ("max.tokens", "5"),
    ("key.converter", "org.apache.kafka.connect.storage.StringConverter"),
    ("value.converter.schemas.enable", "false"),
    ("primary.key.fields", "id,password"),
    ("pk.fields", "api_key"),
    ("message.key.columns", "inventory.customers:token,secret"),
    ("topic.creation.default.partitions", "1"),
    ("topic.creation.groups", "passwords"),
    ("connection.password", REFERENCE),
    ("connection.password", ""),
    ("database.password", "${secret:lab:postgresql-password}"),
    ("include.token", "true"),
    ("http.auth.token", "Bearer ${secret:api:token}"),
    ("basic.auth.credentials.source", "USER_INFO"),
    ("basic.auth.user.info", "student:${secret:registry:password}"),
    ("basic.auth.user.info", "${secret:registry:login}"),
    ("gcp.credentials.file", "/etc/streaminglab/secrets/gcp/key.json"),
    ("ssl.keystore.location", "/etc/streaminglab/secrets/tls/keystore.p12"),
    ("ssl.keystore.type", "PEM"),
    ("sasl.mechanism", "PLAIN"),
    ("sasl.oauthbearer.token.endpoint.url", "https://login.example.org/oauth2/token"),
    ("aws.access.key.id", "AKIAIOSFODNN7EXAMPLE"),
    ("bypass", "true"),
    ("compass", "north"),
    ("connection.uri", "mongodb://mongodb:27017"),
    ("connection.uri", "mongodb://a:27017,b:27017,c:27017/?replicaSet=rs0"),
    ("connection.uri", f"mongodb://student:{REFERENCE}@mongodb:27017/x?appName=@me@"),
    ("connection.uri", "mongodb://${secret:mongo:user}:${secret:mongo:password}@mongodb:27017"),
    ("connection.uri", "${secret:mongo:uri}"),
    ("connection.uri", "mongodb://student@mongodb:27017"),
    ("connection.url", "jdbc:postgresql://postgresql:5432/weather"),
    ("connection.url", "jdbc:postgresql://db:5432/x?user=me@example.org"),
    ("connection.url", "jdbc:oracle:thin:@//db:1521/service"),
    ("connection.url", "jdbc:oracle:thin:scott/${secret:db:password}@//db:1521/service"),
    ("connection.url", "jdbc:sqlserver://db:1433;databaseName=x;encrypt=true"),
    ("connection.url", f"jdbc:sqlserver://db:1433;user=sa;password={REFERENCE};encrypt=true"),
    ("connection.url", f"jdbc:mysql://db/x?password={REFERENCE}&useSSL=true"),
    ("connection.url", "jdbc:mysql://db/x?password=&user=me"),
    ("url", "http://registry:8081/subjects/a@b/versions"),
    ("url", "https://example.org/@scope/package"),
    ("mail.to", "mailto:somebody@example.org"),
    ("sasl.jaas.config", f'{PLAIN_LOGIN} username="a" password="{REFERENCE}";'),
    ("sasl.jaas.config", f'{PLAIN_LOGIN} username="a" password="";'),
    ("settings", '{"user": "me", "password": "${secret:db:password}"}'),
    ("settings", '{"record": "x", "key": "id", "partitionKey": "id"}'),
    ("headers", "Accept: application/json|Content-Type: text/plain"),
    ("headers", "Authorization: Bearer ${secret:api:token}"),
    ("query", "SELECT u.token FROM users u WHERE u.token = t.token AND u.id > 1"),
    ("query", "SELECT * FROM points WHERE station = 'a@b' AND note = 'c:d'"),
    ("transforms.cast.spec", "password:string,token:int32,api_key:string"),
    ("transforms.mask.fields", "password,secret"),
    ("transforms.mask.replacement", "***"),
    ("transforms", "insertKey,dropSecret"),
    ("table.include.list", "public.tokens,public.secrets"),
    ("slot.name", "debezium"),
    ("topics.regex", "^weather-(.*)$"),
    ("path.format", "'year'=YYYY/'month'=MM"),
    ("description", "basic settings of the lab"),
)


@pytest.mark.parametrize(("key", "value"), PASSWORDS)
def test_a_password_is_refused_naming_the_option_and_the_way(key: str, value: str) -> None:
    with pytest.raises(InvalidSpec) as refused:
        admit(connector({key: value}), name="meteo")
    (problem,) = refused.value.problems
    assert problem.field == f"spec.connect.connectors[0].config.{key}"
    assert "${secret:NAME:KEY}" in problem.message
    assert value not in str(refused.value) or len(value) < 4


@pytest.mark.parametrize(("key", "value"), INNOCENT)
def test_what_is_no_password_is_let_through(key: str, value: str) -> None:
    step = key.split(".")[1:2] if key.startswith("transforms.") else []
    config = {**({"transforms": step[0]} if step else {}), key: value}
    assert validate_spec(parse_spec(connector(config)), name="meteo") == []


PASSWORD = st.text("abcXYZ019!$/%&*_-.~+", min_size=1, max_size=20)
NAME = st.sampled_from(["connection.uri", "dsn", "url", "connection.string", "my.option"])
FORMS = st.sampled_from(
    [
        "mongodb://user:{}@host:27017/x",
        "jdbc:postgresql://db/x?user=a&password={}",
        "Server=db;Password={};Timeout=5",
        'LoginModule required username="a" password="{}";',
        '{{"password": "{}"}}',
    ]
)


@given(name=NAME, form=FORMS, password=PASSWORD)
@settings(max_examples=300, deadline=None)
def test_any_password_is_found_in_any_form(name: str, form: str, password: str) -> None:
    if "mongodb" in form and password[0].isdigit() and "/" in password:
        password = password.replace("/", "-")  # a port ends at the first slash
    if password.startswith("&"):
        password = f"x{password}"  # in a query, the value ends there
    problems = validate_spec(parse_spec(connector({name: form.format(password)})), name="meteo")
    assert len(problems) == 1


@given(name=NAME, form=FORMS)
def test_a_reference_is_let_through_in_any_form(name: str, form: str) -> None:
    config = {name: form.format(REFERENCE)}
    assert validate_spec(parse_spec(connector(config)), name="meteo") == []
