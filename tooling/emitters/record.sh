#!/bin/sh
# Records what real emitters expose to Prometheus, with the versions of their packages, as fixtures of the tests.
# Needs Python 3 and PyPI; nothing is called but a mock model server on loopback. Newer versions: run it again.
#   tooling/emitters/record.sh [emitter…]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out="$here/../../exporter/test/providers/emitters"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$out"

packages() {
  case $1 in
    openllmetry-openai) echo "openai opentelemetry-instrumentation-openai" ;;
    openllmetry-anthropic) echo "anthropic opentelemetry-instrumentation-anthropic" ;;
    *) echo "unknown emitter $1" >&2; exit 1 ;;
  esac
}

[ $# -gt 0 ] || set -- openllmetry-openai openllmetry-anthropic
for emitter; do
  python3 -m venv "$work/$emitter"
  # shellcheck disable=SC2046
  "$work/$emitter/bin/pip" install -q $(packages "$emitter") opentelemetry-exporter-prometheus opentelemetry-sdk
  "$work/$emitter/bin/python" "$here/record.py" "$emitter" | sed -E 's/127\.0\.0\.1:[0-9]+/127.0.0.1:1/; s/server_port="[0-9]+"/server_port="1"/' >"$out/$emitter.prom"
  echo "$out/$emitter.prom"
done
