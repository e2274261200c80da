"""Other systems as they are: endpoints on loopback that answer well, badly, slowly or not at all."""

import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

OK = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
Behaviour = Callable[["Endpoint", socket.socket, bytes], None]


@dataclass
class Endpoint:
    """What a server on loopback has seen. `over` is set when the test is: who dawdles waits for it."""

    port: int
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    connections: int = 0
    over: threading.Event = field(default_factory=threading.Event)

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def url(self) -> str:
        return f"http://{self.host}/hooks?x=1"


def answering(status: int, *headers: str) -> Behaviour:
    def behave(endpoint: Endpoint, line: socket.socket, request: bytes) -> None:
        lines = [f"HTTP/1.1 {status} X", "Content-Length: 2", "Connection: close", *headers, "", "{}"]
        line.sendall("\r\n".join(lines).encode())

    return behave


TAKING = answering(200)


def raw(data: bytes) -> Behaviour:
    return lambda endpoint, line, request: line.sendall(data)


def silent(endpoint: Endpoint, line: socket.socket, request: bytes) -> None:
    """Takes the request and never answers."""
    endpoint.over.wait(30)


def dripping(endpoint: Endpoint, line: socket.socket, request: bytes) -> None:
    """Answers a byte at a time, for ever."""
    for sign in OK + b"x" * 10_000:
        line.sendall(bytes([sign]))
        if endpoint.over.wait(0.1):
            return


def hanging_up(endpoint: Endpoint, line: socket.socket, request: bytes) -> None:
    """Ends the connection without a word."""


@contextmanager
def endpoint(behave: Behaviour = TAKING, tls: ssl.SSLContext | None = None) -> Iterator[Endpoint]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        seen = Endpoint(server.getsockname()[1])
        threads: list[threading.Thread] = []

        def serve() -> None:
            while True:
                try:
                    line, _ = server.accept()
                except OSError:
                    return
                seen.connections += 1
                threads.append(threading.Thread(target=_talk, args=[seen, line, behave, tls]))
                threads[-1].start()

        accepting = threading.Thread(target=serve)
        accepting.start()
        try:
            yield seen
        finally:
            seen.over.set()
            server.shutdown(socket.SHUT_RDWR)
            for thread in (accepting, *threads):
                thread.join()


def _talk(seen: Endpoint, line: socket.socket, behave: Behaviour, tls: ssl.SSLContext | None) -> None:
    with suppress(OSError), line:
        line.settimeout(10)
        with tls.wrap_socket(line, server_side=True) if tls else line as stream:
            request = _request(seen, stream)
            behave(seen, stream, request)


def _request(seen: Endpoint, line: socket.socket) -> bytes:
    data = b""
    while b"\r\n\r\n" not in data and (part := line.recv(65_536)):
        data += part
    head, _, body = data.partition(b"\r\n\r\n")
    headers = dict(text.split(": ", 1) for text in head.decode().split("\r\n")[1:])
    while len(body) < int(headers.get("Content-Length", 0)):
        body += line.recv(65_536)
    seen.requests.append(({name.lower(): value for name, value in headers.items()}, body))
    return head


def certificate(host: str) -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's side of TLS for a host that signs for itself."""
    from datetime import UTC, datetime, timedelta
    from pathlib import Path
    from tempfile import TemporaryDirectory

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, host)])
    now = datetime.now(UTC)
    builder: Any = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = (
        builder.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
    )
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
    signed = builder.sign(key, hashes.SHA256())
    with TemporaryDirectory() as folder:
        path = Path(folder) / "both.pem"
        pem = serialization.Encoding.PEM
        private = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        path.write_bytes(private + signed.public_bytes(pem))
        server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        server.load_cert_chain(path)
    client = ssl.create_default_context(cadata=signed.public_bytes(pem).decode())
    return server, client
