"""A worker that reads documents for TaskHub: it counts their words. Needs Python only.

With bin/run running and a pipeline whose step says `processor: count-words`:
TASKHUB_KEY=thk_... python3 docs/examples/worker.py
"""

import json
import os
import sys
import time
import urllib.error
import urllib.request

URL = os.environ.get("TASKHUB_URL", "http://127.0.0.1:8000") + "/api/hub/v1/processing"
KEY = os.environ.get("TASKHUB_KEY") or sys.exit("Set TASKHUB_KEY to an API key with the scope task.edit.")
ONCE = "--once" in sys.argv


def call(path: str, body: dict | None = None) -> bytes:
    headers = {"Content-Type": "application/json", "X-API-Key": KEY}
    request = urllib.request.Request(URL + path, json.dumps(body).encode() if body else None, headers)
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.read()


def work_on(work: dict) -> dict:
    """What is answered: values for the fields of the step, and what a person should look at."""
    text = call(f"/{work['id']}/file?token={work['token']}").decode("utf-8", "replace")
    words = len(text.split())
    few = {"field": "words", "code": "low_confidence", "message": "So few words?", "confidence": 0.4}
    return {"data": {"words": words}, "issues": [few] if words < 3 else []}


while True:
    wanted = {"processors": ["count-words"], "limit": 10, "lease": 30, "worker": f"example-{os.getpid()}"}
    fetched = json.loads(call("/fetch", wanted))["items"]
    for work in fetched:
        try:
            call(f"/{work['id']}/complete", {"token": work["token"], **work_on(work)})
            print(f"{work['document']['name']}: done", flush=True)
        except urllib.error.HTTPError as error:  # 409: the lease ran out, somebody else has it now
            print(f"{work['document']['name']}: {error}", flush=True)
        except Exception as error:  # noqa: BLE001  whatever it is, TaskHub hears it
            call(f"/{work['id']}/fail", {"token": work["token"], "error": str(error)})
    if ONCE and not fetched:
        break
    time.sleep(0 if fetched else 1)
