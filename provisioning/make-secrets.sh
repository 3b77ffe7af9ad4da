#!/bin/sh
# Makes every secret of docker-compose.yml once, each in the volume of the service that reads it and readable by it only.
# Runs as root in a container without network. Existing files stay; tokens are made again at each start.
#   make-secrets rotate NAME   renews one secret and what depends on it, and says which services to restart
set -eu
umask 077
out="${SECRETS_DIR:-/secrets}"

random() { node -p "require('node:crypto').randomBytes(24).toString('base64url')"; }
# 32 bytes, as DOCUMENT_KEY wants them. Never renewed: what was stored under it would stay closed.
document_key() { node -p "require('node:crypto').randomBytes(32).toString('base64')"; }

# write FILE COMMAND…: the output of the command, by rename.
write() {
  file="$1"; shift
  "$@" > "$file.part"
  mv "$file.part" "$file"
}
# keep FILE COMMAND…: the same, unless the file is there.
keep() { [ -s "$1" ] || write "$@"; }

token() { JWT_SECRET="$(cat "$out/exporter/jwt-secret")" DATA_DIR=/tmp node exporter/dist/token.js --role "$1" --subject "$2" --expires 90d 2>/dev/null; }
database_url() { printf 'postgres://marginboard:%s@postgres:5432/%s\n' "$(cat "$out/postgres/password")" "$1"; }

rotate() {
  case "$1" in
    jwt-secret)
      write "$out/exporter/jwt-secret" random
      then='docker compose restart exporter grafana      (every token made before is refused from then on)' ;;
    tokens) then='docker compose restart grafana' ;;
    metrics-token)
      write "$out/exporter/metrics-token" random
      then='docker compose restart exporter prometheus' ;;
    monitoring-password)
      write "$out/grafana/monitoring-password" random
      then='docker compose restart prometheus alertmanager grafana' ;;
    postgres-password)
      write "$out/postgres/password" random
      then="docker compose exec postgres sh -c 'psql -qU marginboard -c \"ALTER ROLE marginboard PASSWORD '\\''\$(cat /run/marginboard/password)'\\''\"' && docker compose restart exporter" ;;
    grafana-admin-password)
      write "$out/grafana/admin-password" random
      then="docker compose exec grafana sh -c 'grafana cli admin reset-admin-password \"\$(cat /run/marginboard/admin-password)\"'" ;;
    *)
      echo "make-secrets: no secret is called \"$1\": jwt-secret, tokens, metrics-token, monitoring-password, postgres-password, grafana-admin-password" >&2
      exit 2 ;;
  esac
}

mkdir -p "$out/postgres" "$out/exporter" "$out/prometheus" "$out/grafana" "$out/alertmanager"
then=''
if [ "${1:-}" = rotate ]; then
  [ $# = 2 ] || { echo 'make-secrets: usage: make-secrets rotate NAME' >&2; exit 2; }
  rotate "$2"
fi

keep "$out/postgres/password" random
keep "$out/exporter/jwt-secret" random
keep "$out/exporter/document-key" document_key
keep "$out/exporter/metrics-token" random
keep "$out/grafana/monitoring-password" random
keep "$out/grafana/admin-password" random
# What is made from others is made again: it can never be out of date.
write "$out/exporter/database-url" database_url marginboard
write "$out/exporter/demo-database-url" database_url marginboard_demo
write "$out/prometheus/metrics-token" cat "$out/exporter/metrics-token"
write "$out/grafana/read-token" token viewer grafana
write "$out/grafana/write-token" token admin grafana-billing
for service in prometheus alertmanager; do
  node exporter/dist/monitoring-access.js "$out/grafana/monitoring-password" "$out/$service"
done

# Rewritten at each start from the ALERT_ settings in .env; prints who receives alerts. A wrong setting stops the start here.
exporter="$PWD/exporter/dist"
if [ -d "${SETTINGS_DIR:-/settings}" ]; then
  (cd "${SETTINGS_DIR:-/settings}" && node "$exporter/alertmanager-config.js" "${ALERTMANAGER_DIR:-/alertmanager}/alertmanager.yml" "$out/alertmanager")
fi

# The users of the images: postgres (alpine) 70, node 1000, nobody 65534, grafana 472.
if [ "$(id -u)" = 0 ]; then
  chown -R 70:70 "$out/postgres"
  chown -R 1000:1000 "$out/exporter"
  chown -R 65534:65534 "$out/prometheus" "$out/alertmanager"
  chown -R 472:0 "$out/grafana"
fi
[ -z "$then" ] || printf 'renewed. Now: %s\n' "$then"
