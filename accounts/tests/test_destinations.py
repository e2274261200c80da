"""Where TaskHub may send something: what is refused before the network is asked."""

from typing import Any

import pytest

from accounts.destinations import destination, is_public

PRIVATE = [
    "0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254",  # noqa: S104
    "169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.1", "192.0.0.170", "192.0.2.1", "192.31.196.1",
    "192.52.193.1", "192.88.99.1", "192.168.1.1", "192.175.48.1", "198.18.0.1", "198.19.255.255", "198.51.100.7",
    "203.0.113.9", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255", "::", "::1", "::7f00:1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "2001::1",
    "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:2::1", "2001:10::1", "2001:20::1", "2001:db8::1", "2002:7f00:1::",
    "2620:4f:8000::1", "3fff::1", "5f00::1", "fc00::1", "fd00:ec2::254", "fe80::1", "fe80::1%eth0", "fec0::1",
    "ff02::1", "4000::1",
]  # fmt: skip
PUBLIC = [
    "8.8.8.8", "1.1.1.1", "172.15.255.255", "172.32.0.1", "100.63.0.1", "100.128.0.1", "198.17.0.1",
    "223.255.255.254", "2606:4700::1111",
]  # fmt: skip


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_that_is_not_one_machine_on_the_internet_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_on_the_internet_is_public(address: str) -> None:
    assert is_public(address)


HOSTILE = [
    "http://hooks.example.com/",
    "ftp://hooks.example.com/",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_INFO",
    "javascript:alert(1)",
    "//hooks.example.com/",
    "hooks.example.com",
    "",
    "https://",
    "https:///path",
    "https://127.0.0.1/",
    "https://127.1/",
    "https://2130706433/",
    "https://0x7f000001/",
    "https://0x7f.0.0.1/",
    "https://0177.0.0.1/",
    "https://017700000001/",
    "https://127.0.0.1./",
    "https://0/",
    "https://256.256.256.256/",
    "https://1.2.3/",
    "https://[::1]/",
    "https://[::]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:a9fe:a9fe]/",
    "https://[64:ff9b::7f00:1]/",
    "https://[2002:7f00:1::]/",
    "https://[fe80::1%25eth0]/",
    "https://[::1/",
    "https://169.254.169.254/latest/meta-data/",
    "https://100.64.0.1/",
    "https://10.0.0.1/",
    "https://localhost/",
    "https://LOCALHOST/",
    "https://localhost./",
    "https://db.localhost/",
    "https://intranet/",
    "https://printer.local/",
    "https://metadata.google.internal/",
    "https://router.home.arpa/",
    "https://hidden.onion/",
    "https://hooks.example.com:22/",
    "https://hooks.example.com:5432/",
    "https://hooks.example.com:6379/",
    "https://hooks.example.com:80/",
    "https://hooks.example.com:0/",
    "https://hooks.example.com:99999/",
    "https://hooks.example.com:x/",
    "https://user@hooks.example.com/",
    "https://user:password@hooks.example.com/",
    "https://127.0.0.1\\@hooks.example.com/",
    "https://hooks.example.com#@127.0.0.1/",
    "https://hooks.example.com/\r\nX-Injected: 1",
    "https://hooks.example.com /",
    "https://hooks.exa\tmple.com/",
    "https://hooks.example.com\x00.evil.example/",
    "https://ⓛocalhost/",
    "https://127。0。0。1/",
    "https://bücher.example/",
    "https://-hooks.example.com/",
    "https://hooks..example.com/",
    "https://" + "a" * 64 + ".example.com/",
    "https://hooks.example.com/" + "a" * 500,
]


@pytest.mark.parametrize("url", HOSTILE)
def test_a_url_that_leads_anywhere_else_is_refused_in_words(url: str) -> None:
    with pytest.raises(ValueError, match=r"^(A|The|This) .+\.$"):
        destination(url)


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 40


@pytest.mark.parametrize(
    ("url", "parts"),
    [
        ("https://hooks.example.com", ("hooks.example.com", 443, "/")),
        ("HTTPS://Hooks.Example.com:8443/a/b?c=d", ("hooks.example.com", 8443, "/a/b?c=d")),
        ("https://xn--bcher-kva.example/", ("xn--bcher-kva.example", 443, "/")),
        ("https://8.8.8.8/", ("8.8.8.8", 443, "/")),
        ("https://[2606:4700::1111]/", ("2606:4700::1111", 443, "/")),
    ],
)
def test_a_public_https_url_is_taken_apart(url: str, parts: tuple[str, int, str]) -> None:
    found = destination(url)
    assert (found.host, found.port, found.target) == parts
    assert not found.is_listed


def test_who_runs_taskhub_can_list_systems_of_their_own_by_host_and_port(settings: Any) -> None:
    settings.TASKHUB_OUTBOUND_ALLOW = ["reports:9000", "10.0.0.5:443"]
    assert destination("http://reports:9000/x").is_listed
    assert destination("https://10.0.0.5/").is_listed
    for url in ("http://reports:9001/", "https://reports/", "https://10.0.0.5:8443/", "file://reports:9000/"):
        with pytest.raises(ValueError, match=r"URL|port"):
            destination(url)
