"""What is measured: a product and a floor on each database, as real servers on loopback that end with the bench."""

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPCookieProcessor, Request, build_opener

import psutil
import psycopg

from taskhub.testing.live import LiveSystem, live_system
from taskhub.testing.services import free_port

from .spec import PASSWORD, SLUG, TENANT, spec

UNLIMITED = {"API_RATE_LIMIT": "1000000000/minute", "LOG_LEVEL": "ERROR", "WEB_WORKERS": "1"}
_CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Server:
    """One running web server."""

    url: str
    pid: int


@dataclass
class System:
    """A database with its product and its floor. `names` is what the provisioning answered for the organization."""

    live: LiveSystem
    product: Server
    floor: Server
    names: Mapping[str, Any]
    ids: dict[str, Any] = field(default_factory=dict)

    @property
    def database(self) -> str:
        return self.live.environment["DATABASE_URL"]

    def key(self, name: str) -> dict[str, str]:
        """The headers of an API key."""
        return {"X-API-Key": self.names["api_keys"][name]}

    def worklist(self, username: str) -> dict[str, str]:
        """The headers of somebody who signed in to the worklist just now."""
        ours = {**self.key("robot"), "tenant": TENANT}
        said = self.post("/apidev/v1/auth/login", {"username": username, "password": PASSWORD}, ours)
        return {**ours, "Authorization": f"Bearer {said['data']['token']}"}

    def session(self, username: str) -> dict[str, str]:
        """The headers of somebody who signed in to the pages."""
        cookies = CookieJar()
        browser = build_opener(HTTPCookieProcessor(cookies))
        page = browser.open(f"{self.product.url}/signin/", timeout=30).read().decode()
        found = _CSRF.search(page)
        assert found, "no form on the sign-in page"
        form = {"username": username, "password": PASSWORD, "csrfmiddlewaretoken": found[1]}
        origin = {"Origin": self.product.url}
        browser.open(Request(f"{self.product.url}/signin/", urlencode(form).encode(), origin), timeout=30)
        return {"Cookie": "; ".join(f"{cookie.name}={cookie.value}" for cookie in cookies)}

    def post(self, path: str, body: Mapping[str, Any], headers: Mapping[str, str]) -> Any:
        kind = {"Content-Type": "application/json"}
        request = Request(self.product.url + path, json.dumps(body).encode(), {**headers, **kind})
        with build_opener().open(request, timeout=60) as response:
            return json.load(response)

    def rows(self, statement: str, *params: Any) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database) as connection:
            return connection.execute(statement.encode(), params or None).fetchall()

    def postgresql(self) -> int:
        """The process that all sessions of the database server descend from."""
        with psycopg.connect(self.database) as connection:
            return psutil.Process(connection.info.backend_pid).ppid()


@contextmanager
def system(folder: Path, postgres: str, redis: str, number: int) -> Iterator[System]:
    """An empty system of the bench's organization, with both servers."""
    folder.mkdir()
    with ExitStack() as stack:
        own = urlsplit(redis)._replace(path=f"/{number}").geturl()
        live = stack.enter_context(live_system(folder, postgres=postgres, redis=own, **UNLIMITED))
        names = live.provision(json.dumps(spec()))["organizations"][SLUG]
        product = live.start("web", TASKHUB_SETTINGS="taskhub.bench.settings")
        port = str(free_port())
        (folder / "floor").mkdir()
        bare = LiveSystem(folder / "floor", live.environment | {"PORT": port, "BASE_URL": f"http://127.0.0.1:{port}"})
        stack.callback(bare.stop)
        floor = bare.start("web", TASKHUB_SETTINGS="taskhub.bench.floor.settings")
        yield System(live, Server(live.url, product.pid), Server(bare.url, floor.pid), names)
