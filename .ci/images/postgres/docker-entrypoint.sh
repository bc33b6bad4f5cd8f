#!/bin/bash
# The official image's steps: become postgres, make the cluster once, set it up over the socket, then serve on every address.
set -euo pipefail

if [ "${1:0:1}" = '-' ]; then set -- postgres "$@"; fi
[ "$1" = postgres ] || exec "$@"

if [ "$(id -u)" = 0 ]; then
  install --directory --mode 00700 "$PGDATA"
  find "$PGDATA" ! -user postgres -exec chown postgres '{}' +
  exec setpriv --reuid=postgres --regid=postgres --init-groups "$BASH_SOURCE" "$@"
fi

user=${POSTGRES_USER:-postgres}
database=${POSTGRES_DB:-$user}

if [ ! -s "$PGDATA/PG_VERSION" ]; then
  if [ -z "${POSTGRES_PASSWORD:-}" ] && [ "${POSTGRES_HOST_AUTH_METHOD:-}" != trust ]; then
    echo >&2 'Error: Database is uninitialized and superuser password is not specified.'
    exit 1
  fi
  initdb --username="$user" --pwfile=<(printf '%s\n' "${POSTGRES_PASSWORD:-}") ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-scram-sha-256}" >>"$PGDATA/pg_hba.conf"
  sed -ri "s/^#?listen_addresses.*/listen_addresses = '*'/" "$PGDATA/postgresql.conf"

  pg_ctl --pgdata="$PGDATA" -o "-c listen_addresses='' $(printf '%q ' "${@:2}")" --wait start
  export PGPASSWORD=${POSTGRES_PASSWORD:-}
  run() { psql --variable=ON_ERROR_STOP=1 --no-psqlrc --username "$user" --no-password "$@"; }
  if [ "$database" != postgres ]; then
    printf 'create database :"name";' | run --dbname postgres --set name="$database"
  fi
  for file in /docker-entrypoint-initdb.d/*; do
    case $file in
      *.sh) . "$file" ;;
      *.sql) run --dbname "$database" --file "$file" ;;
    esac
  done
  pg_ctl --pgdata="$PGDATA" --mode fast --wait stop
  unset PGPASSWORD
  echo 'PostgreSQL init process complete; ready for start up.'
fi
exec "$@"
