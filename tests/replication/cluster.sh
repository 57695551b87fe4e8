#!/usr/bin/env bash
# Two clusters of PostgreSQL on this machine: a primary, and a replica that streams from it.
#
#   cluster.sh primary FOLDER PORT          make and start a primary
#   cluster.sh replica FOLDER PORT FROM     make and start a replica of the primary that listens on the port FROM
#   cluster.sh start|stop|kill FOLDER       start a cluster again, stop it in order, or as a power cut does
set -euo pipefail

bin="$(pg_config --bindir 2>/dev/null || true)"
[ -x "$bin/initdb" ] || bin="$(dirname "$(ls /usr/lib/postgresql/*/bin/initdb | sort -V | tail -1)")"

# The server refuses to run as root.
as_postgres() { if [ "$(id -u)" = 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi; }
own() { mkdir -p "$1" && chmod 700 "$1" && { [ "$(id -u)" != 0 ] || chown postgres "$1"; }; }
start() { as_postgres "$bin/pg_ctl" --pgdata "$1" --log "$1/log" --wait --silent start; }

command="$1" folder="$2"
case "$command" in
primary)
    own "$folder"
    as_postgres "$bin/initdb" --pgdata "$folder" --username postgres --auth trust --no-sync --encoding UTF8 --locale C.UTF-8 >/dev/null
    printf '%s\n' "port = $3" "listen_addresses = '127.0.0.1'" "unix_socket_directories = ''" "fsync = off" \
        "wal_level = replica" "max_wal_senders = 4" "shared_buffers = 32MB" | as_postgres tee -a "$folder/postgresql.conf" >/dev/null
    start "$folder"
    ;;
replica)
    own "$folder"
    as_postgres "$bin/pg_basebackup" --host 127.0.0.1 --port "$4" --username postgres --pgdata "$folder" --write-recovery-conf --checkpoint fast --no-sync
    printf '%s\n' "port = $3" "wal_retrieve_retry_interval = 200ms" | as_postgres tee -a "$folder/postgresql.conf" >/dev/null
    start "$folder"
    ;;
start) start "$folder" ;;
stop) as_postgres "$bin/pg_ctl" --pgdata "$folder" --wait --silent --mode fast stop ;;
kill) as_postgres "$bin/pg_ctl" --pgdata "$folder" --wait --silent --mode immediate stop ;;
*) echo "unknown: $command" >&2; exit 2 ;;
esac
