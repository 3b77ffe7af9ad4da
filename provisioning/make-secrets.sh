#!/bin/sh
# Makes every secret of docker-compose.yml once, each in the volume of the service that reads it and readable by it only.
# Runs as root in a container without network. Existing files stay: delete one and start again to renew it.
set -eu
umask 077
out="${SECRETS_DIR:-/secrets}"

random() { node -p "require('node:crypto').randomBytes(24).toString('base64url')"; }

# keep FILE COMMAND…: the output of the command, unless the file is there.
keep() {
  file="$1"; shift
  if [ ! -s "$file" ]; then "$@" > "$file.part"; mv "$file.part" "$file"; fi
}

token() { JWT_SECRET="$(cat "$out/exporter/jwt-secret")" DATA_DIR=/tmp node exporter/dist/token.js --role "$1" --subject "$2" --expires 10y; }
database_url() { printf 'postgres://marginboard:%s@postgres:5432/%s\n' "$(cat "$out/postgres/password")" "$1"; }

mkdir -p "$out/postgres" "$out/exporter" "$out/prometheus" "$out/grafana" "$out/alertmanager"
keep "$out/postgres/password" random
keep "$out/exporter/jwt-secret" random
keep "$out/exporter/metrics-token" random
keep "$out/exporter/database-url" database_url marginboard
keep "$out/exporter/demo-database-url" database_url marginboard_demo
keep "$out/prometheus/metrics-token" cat "$out/exporter/metrics-token"
keep "$out/grafana/read-token" token viewer grafana
keep "$out/grafana/write-token" token admin grafana-billing
keep "$out/grafana/admin-password" random

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
