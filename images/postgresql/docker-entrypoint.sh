#!/bin/bash
# Make a database when there is none, then become PostgreSQL:
#
#   docker-entrypoint.sh postgres [OPTIONS of postgres]
#   docker-entrypoint.sh COMMAND...             anything else is just run
#
# The variables mean what they mean to the entry point of the upstream image:
#
#   PGDATA                    where the database lies
#   POSTGRES_PASSWORD_FILE    password of the superuser (or POSTGRES_PASSWORD); never empty
#   POSTGRES_USER             the superuser (postgres)
#   POSTGRES_DB               a database to make (the superuser's name)
#   POSTGRES_INITDB_ARGS      more options of initdb
#   /docker-entrypoint-initdb.d   *.sh (run when executable, else sourced), *.sql, *.sql.gz
#
# These run once, in the order of their names, against a server that listens on its socket alone.
# Not there: starting as root, POSTGRES_INITDB_WALDIR, POSTGRES_HOST_AUTH_METHOD (it is always
# scram-sha-256; on the socket, which only this container has, no password is asked).
set -euo pipefail

say() { echo "entrypoint: $*"; }

fail() {
  echo "entrypoint: $*" >&2
  exit 1
}

# VALUE of $1, or the content of the file that $1_FILE names.
setting() {
  local name=$1 file="${1}_FILE"
  if [ -n "${!name:-}" ] && [ -n "${!file:-}" ]; then
    fail "both $name and $file are set"
  fi
  if [ -n "${!file:-}" ]; then
    [ -r "${!file}" ] || fail "$file: ${!file} cannot be read by uid $(id -u)"
    printf -v "$name" '%s' "$(<"${!file}")"
  fi
  unset "$file"
}

# initdb and peer logins ask for a user's name; a uid that /etc/passwd does not know gets one.
name_the_uid() {
  if getent passwd "$(id -u)" >/dev/null; then return; fi
  NSS_WRAPPER_PASSWD=$(mktemp) NSS_WRAPPER_GROUP=$(mktemp)
  LD_PRELOAD=libnss_wrapper.so
  export NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP LD_PRELOAD
  echo "postgres:x:$(id -u):$(id -g):PostgreSQL:$PGDATA:/bin/false" >"$NSS_WRAPPER_PASSWD"
  echo "postgres:x:$(id -g):" >"$NSS_WRAPPER_GROUP"
}

forget_the_name() {
  if [ -n "${NSS_WRAPPER_PASSWD:-}" ]; then
    rm -f "$NSS_WRAPPER_PASSWD" "$NSS_WRAPPER_GROUP"
    unset NSS_WRAPPER_PASSWD NSS_WRAPPER_GROUP LD_PRELOAD
  fi
}

make_cluster() {
  local -a more=()
  # Several words, as upstream has it.
  read -r -a more <<<"${POSTGRES_INITDB_ARGS:-}"
  say "making a database cluster in $PGDATA"
  initdb --username="$POSTGRES_USER" --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD") \
    --auth-local=trust --auth-host=scram-sha-256 --no-instructions "${more[@]}" >/dev/null
  printf '\nhost all all all scram-sha-256\nhost replication all all scram-sha-256\n' \
    >>"$PGDATA/pg_hba.conf"
}

# Run SQL in the database $1.
sql() {
  PGHOST='' PGHOSTADDR='' psql --no-psqlrc --quiet --no-password -v ON_ERROR_STOP=1 \
    --username "$POSTGRES_USER" --dbname "$1" "${@:2}"
}

run_files() {
  local file
  for file in /docker-entrypoint-initdb.d/*; do
    case "$file" in
      *.sh)
        say "running $file"
        if [ -x "$file" ]; then
          "$file"
        else
          # shellcheck disable=SC1090
          . "$file"
        fi
        ;;
      *.sql) say "running $file" && sql "$POSTGRES_DB" -f "$file" ;;
      *.sql.gz) say "running $file" && gunzip -c "$file" | sql "$POSTGRES_DB" ;;
      */'*') ;;
      *) say "leaving out $file" ;;
    esac
  done
}

set_up() {
  [ -n "${POSTGRES_PASSWORD:-}" ] \
    || fail "there is no database yet, and no password: set POSTGRES_PASSWORD_FILE"
  make_cluster
  say "starting a server on the socket alone, for the first settings"
  # With the options of the server that follows, so that wal_level and the like hold already.
  pg_ctl -D "$PGDATA" -w -t 120 start \
    -o "$(printf '%q ' "${@:2}" -c listen_addresses= -p "${PGPORT:-5432}")" >/dev/null
  if [ "$POSTGRES_DB" != postgres ]; then
    sql postgres --set db="$POSTGRES_DB" <<<'CREATE DATABASE :"db";'
  fi
  run_files
  pg_ctl -D "$PGDATA" -m fast -w stop >/dev/null
  say "the database is made"
}

main() {
  if [ "${1:-postgres}" != postgres ] && [ "${1#-}" = "$1" ]; then exec "$@"; fi
  if [ "${1:-}" != postgres ]; then set -- postgres "$@"; fi
  [ "$(id -u)" != 0 ] || fail "PostgreSQL does not run as root: give the container a user id"
  export PGDATA=${PGDATA:-/var/lib/postgresql/data}
  mkdir -p "$PGDATA" 2>/dev/null || fail "uid $(id -u) cannot make $PGDATA"
  chmod 0700 "$PGDATA" 2>/dev/null || true
  export POSTGRES_USER=${POSTGRES_USER:-postgres}
  export POSTGRES_DB=${POSTGRES_DB:-$POSTGRES_USER}
  name_the_uid
  if [ ! -s "$PGDATA/PG_VERSION" ]; then
    setting POSTGRES_PASSWORD
    set_up "$@"
    unset POSTGRES_PASSWORD
  fi
  forget_the_name
  exec "$@"
}

main "$@"
