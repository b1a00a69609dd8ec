# A PostgreSQL server for one test process: $1 is the folder of its programs. Prints the folder of its socket when it answers,
# and goes, with its data, when standard input ends: however the tests end, kill -9 included. Never run as root.
set -eu
trap '' INT
folder=$(mktemp -d "${TMPDIR:-/tmp}/ligne-pg.XXXXXX")
server=""
leave() {
    [ -z "$server" ] || { kill -INT "$server" 2>/dev/null || true; wait "$server" || true; }
    rm -rf "$folder"
}
trap leave EXIT
cd "$folder"
"$1/initdb" -D "$folder/data" -U ligne -A trust -E UTF8 --locale=C --no-sync >"$folder/log" 2>&1 || { cat "$folder/log" >&2; exit 1; }
# A socket in a folder of ours, and no port.
"$1/postgres" -D "$folder/data" -k "$folder" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=200 \
    </dev/null >>"$folder/log" 2>&1 &
server=$!
until "$1/pg_isready" -q -h "$folder"; do
    kill -0 "$server" 2>/dev/null || { cat "$folder/log" >&2; exit 1; }
    sleep 0.1
done
echo "$folder"
cat >/dev/null
