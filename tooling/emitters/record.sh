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
    # 2.4b0 calls what newer versions of opentelemetry-util-genai no longer have.
    otel-openai) echo "openai==1.109.1 opentelemetry-instrumentation-openai-v2 opentelemetry-util-genai==0.4b0" ;;
    # Tokens carry no provider up to 1.88; newer ones do.
    litellm-1.88) echo "litellm[proxy]==1.88.0 prometheus-client" ;;
    litellm) echo "litellm[proxy] prometheus-client" ;;
    *) echo "unknown emitter $1" >&2; exit 1 ;;
  esac
}

[ $# -gt 0 ] || set -- openllmetry-openai openllmetry-anthropic otel-openai litellm-1.88 litellm
for emitter; do
  python3 -m venv "$work/$emitter"
  case $emitter in
    litellm*) script=record_litellm.py more= ;;
    *) script=record.py more="opentelemetry-exporter-prometheus opentelemetry-sdk" ;;
  esac
  # shellcheck disable=SC2046,SC2086
  "$work/$emitter/bin/pip" install -q $(packages "$emitter") $more
  # A file first: a failure in a pipe would go unnoticed and leave an empty fixture.
  "$work/$emitter/bin/python" "$here/$script" "$emitter" >"$work/page"
  sed -E 's/127\.0\.0\.1:[0-9]+/127.0.0.1:1/; s/server_port="[0-9]+"/server_port="1"/' "$work/page" >"$out/$emitter.prom"
  echo "$out/$emitter.prom"
done
