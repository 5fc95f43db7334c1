#!/bin/sh
# Lay out plugins, one folder each: pack.sh ARTIFACTS PLUGINS
set -eu
jars="$1/connect-plugins/jars"
plugins="$2"
mkdir -p "$plugins/mongodb" "$plugins/file" "$plugins/csv"
cp "$jars"/mongo-kafka-connect-*.jar "$1/mongodb-manifests/mongodb-manifests.jar" "$plugins/mongodb/"
cp "$jars"/connect-file-*.jar "$plugins/file/"
cp "$1/csv-source/csv-source.jar" "$plugins/csv/"
for name in postgres jdbc; do
  tar -xzf "$jars"/debezium-connector-$name-*.tar.gz -C "$plugins" --no-same-owner
  mv "$plugins/debezium-connector-$name" "$plugins/debezium-$name"
done

# Oracle's driver is not free, the others are for databases that a lab does not have.
rm "$plugins"/debezium-jdbc/ojdbc*.jar "$plugins"/debezium-jdbc/mssql-jdbc-*.jar \
  "$plugins"/debezium-jdbc/mysql-connector-*.jar "$plugins"/debezium-jdbc/mariadb-java-client-*.jar
for folder in "$plugins/debezium-postgres" "$plugins/debezium-jdbc"; do
  # A worker gives every plugin its own Kafka and slf4j, and these are what Kafka's clients use.
  rm "$folder"/kafka-clients-*.jar "$folder"/connect-api-*.jar "$folder"/slf4j-api-*.jar \
    "$folder"/zstd-jni-*.jar "$folder"/snappy-java-*.jar "$folder"/lz4-java-*.jar
  rm "$folder"/CHANGELOG.md "$folder"/CONTRIBUTING.md "$folder"/README*.md
done
chmod -R a=rX,u+w "$plugins"
