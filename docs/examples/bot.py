"""A conversation bot: people type, TaskHub remembers. Needs Python only.

With bin/run running: python3 docs/examples/bot.py, then lines such as

    ask jonas Follow up with customer      list      done tsk_...      say tsk_... They called back.      numbers
"""

import json
import os
import sys
import urllib.error
import urllib.request

URL = os.environ.get("TASKHUB_URL", "http://127.0.0.1:8000") + "/api/v1"
SIGN_IN = {
    "username": os.environ.get("TASKHUB_USER", "mara"),
    "password": os.environ.get("TASKHUB_PASSWORD", "lindenhof-demo"),
}
token = ""


def call(method: str, path: str, body: dict | None = None) -> dict:
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    request = urllib.request.Request(URL + path, json.dumps(body).encode() if body else None, headers, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        return json.load(error)  # {"error", "message"}


def reply(verb: str, rest: str) -> str:
    first, _, words = rest.partition(" ")
    match verb:
        case "ask":
            context = {"conversation_id": f"conv_{os.getpid()}", "bot_id": "example"}
            made = call("POST", "/tasks", {"title": words, "assignee": first, "priority": "high", "context": context})
            return made.get("message") or f"{made['task_id']}: {first} will do it."
        case "say":
            return call("POST", f"/tasks/{first}/comments", {"text": words}).get("message", "Noted.")
        case "done":
            return call("POST", f"/tasks/{first}/complete", {"resolution": words}).get("message", "Well done.")
        case "list":
            tasks = call("GET", "/tasks?status=pending,in_progress&sort=due_date&order=asc&limit=10")["tasks"]
            return (
                "\n".join(f"{task['task_id']} {task['title']} ({task['status']})" for task in tasks) or "Nothing to do."
            )
        case "numbers":
            return "{completed} of {total_tasks} done, {overdue} late.".format(
                **call("GET", "/tasks/analytics")["summary"]
            )
    return "I know: ask PERSON WORDS, say ID WORDS, done ID, list, numbers."


token = call("POST", "/auth/token", SIGN_IN).get("access") or sys.exit("TaskHub does not let me in.")
for line in sys.stdin:
    print(reply(*line.strip().partition(" ")[::2]), flush=True)
