"""Calls a mock model server through a LiteLLM proxy and prints what the proxy exposes to Prometheus.

Run by record.sh in a virtual environment of its own: python record_litellm.py
"""

import json
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from importlib.metadata import version

import mock_model_server

CALLS = 3
KEY = "sk-local-0123456789abcdef"
CONFIG = """
model_list:
  - model_name: my-gpt
    litellm_params: {{model: openai/gpt-4o-2024-08-06, api_key: x, api_base: "{url}/v1"}}
    model_info: {{id: deployment-of-my-gpt}}
  - model_name: my-claude
    litellm_params: {{model: anthropic/claude-sonnet-4-5-20250929, api_key: x, api_base: "{url}"}}
    model_info: {{id: deployment-of-my-claude}}
litellm_settings:
  callbacks: ["prometheus"]
  enable_end_user_cost_tracking_prometheus_only: true
  num_retries: 0
general_settings:
  master_key: {key}
"""
# Counters of usage; times, limits and states of deployments say nothing about it.
READ = ("_tokens_metric_total{", "_spend_metric_total{", "_requests_metric_total{")


def free_port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


def fetch(url, body=None):
    # Labels that would differ from one recording to the next have fixed values, here and in CONFIG.
    headers = {"authorization": f"Bearer {KEY}", "content-type": "application/json", "user-agent": "recording"}
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data, headers), timeout=60) as answer:
        return answer.read().decode()


def wait_for(url, seconds=240):
    end = time.monotonic() + seconds
    while True:
        try:
            return fetch(url)
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(1)


def ask_all(proxy):
    for model in ("my-gpt", "my-claude"):
        for _ in range(CALLS):
            messages = [{"role": "user", "content": "hi"}]
            fetch(f"{proxy}/v1/chat/completions", {"model": model, "user": "ada", "messages": messages})


def settled(proxy):
    """The page once all calls are counted, which happens after they were answered."""
    for _ in range(60):
        page = fetch(f"{proxy}/metrics/")
        counted = [line for line in page.splitlines() if line.startswith("litellm_requests_metric_total{")]
        if sum(float(line.rsplit(" ", 1)[1]) for line in counted) == 2 * CALLS:
            return page
        time.sleep(1)
    raise SystemExit("the proxy did not count the calls")


def main():
    url = mock_model_server.start()
    with tempfile.NamedTemporaryFile("w", suffix=".yaml") as config:
        config.write(CONFIG.format(url=url, key=KEY))
        config.flush()
        port = free_port()
        program = os.path.join(os.path.dirname(sys.executable), "litellm")
        proxy = subprocess.Popen(
            [program, "--host", "127.0.0.1", "--port", str(port), "--config", config.name],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "LITELLM_LOCAL_MODEL_COST_MAP": "True"},
        )
        try:
            wait_for(f"http://127.0.0.1:{port}/health/liveliness")
            ask_all(f"http://127.0.0.1:{port}")
            page = settled(f"http://127.0.0.1:{port}")
        finally:
            proxy.terminate()
            proxy.wait()
    print(f"# package litellm {version('litellm')}")
    for line in page.splitlines():
        if line.startswith("litellm_") and any(part in line for part in READ):
            print(line)


main()
