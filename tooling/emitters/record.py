"""Calls a mock model server through one instrumentation and prints what it exposes to Prometheus.

Run by record.sh in a virtual environment of its own: python record.py <emitter>
"""

import sys
from importlib.metadata import distributions

from opentelemetry import metrics
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import generate_latest

import mock_model_server

CALLS = 3
MESSAGES = [{"role": "user", "content": "hi"}]


def call_openai(url):
    from openai import OpenAI

    client = OpenAI(base_url=f"{url}/v1", api_key="x")
    for _ in range(CALLS):
        client.chat.completions.create(model="gpt-4o", messages=MESSAGES)


def call_anthropic(url):
    from anthropic import Anthropic

    client = Anthropic(base_url=url, api_key="x")
    for _ in range(CALLS):
        client.messages.create(model="claude-sonnet-4-5", max_tokens=10, messages=MESSAGES)


def openllmetry_openai():
    from opentelemetry.instrumentation.openai import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    return call_openai


def openllmetry_anthropic():
    from opentelemetry.instrumentation.anthropic import AnthropicInstrumentor

    AnthropicInstrumentor().instrument()
    return call_anthropic


def otel_openai():
    from opentelemetry.instrumentation.openai_v2 import OpenAIInstrumentor

    OpenAIInstrumentor().instrument()
    return call_openai


EMITTERS = {
    "otel-openai": otel_openai,
    "openllmetry-openai": openllmetry_openai,
    "openllmetry-anthropic": openllmetry_anthropic,
}


def main():
    metrics.set_meter_provider(MeterProvider(metric_readers=[PrometheusMetricReader()]))
    call = EMITTERS[sys.argv[1]]()
    call(mock_model_server.start())
    for name in sorted(
        f"{one.metadata['Name']} {one.version}"
        for one in distributions()
        if any(part in one.metadata["Name"] for part in ("opentelemetry", "openai", "anthropic"))
    ):
        print(f"# package {name}")
    for line in generate_latest().decode().splitlines():
        # Buckets, durations, times of creation and the Python process say nothing about usage.
        if "gen_ai" in line and not any(part in line for part in ("_bucket", "_created", "_duration_seconds_sum")):
            print(line)


main()
