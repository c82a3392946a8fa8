"""The commands as a person or a script runs them."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import sys
import tempfile
import time
import tomllib
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import keystead
from live import Server, environment, make_client, start_server

KEY = {
    "KEYSTEAD_MANAGEMENT_ACCOUNT_ID": "111122223333",
    "KEYSTEAD_ROOT_EMAIL": "root@example.com",
    "KEYSTEAD_ADMIN_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "KEYSTEAD_ADMIN_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}


def run(*arguments: str, cwd: Path | None = None, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "keystead", *arguments],
        env=environment(**env),
        cwd=cwd,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def exports(text: str) -> dict[str, str]:
    lines = [line.removeprefix("export ") for line in text.splitlines() if line.startswith("export ")]
    return dict(line.split("=", 1) for line in lines)


def test_help_names_every_command_and_every_flag() -> None:
    top = run("--help").stdout
    for command in ("serve", "init", "env", "account", "policy"):
        assert f"  {command} " in top
    for flag in ("--host", "--port", "--data-dir", "--database", "--ephemeral", "--workers", "--public-url",
                 "--insecure-http", "--tls-cert", "--tls-key", "--output"):  # fmt: skip
        assert flag in run("serve", "--help").stdout
    assert "      keystead serve --ephemeral --port 0\n" in run("serve", "--help").stdout
    assert "--admin" in run("account", "create", "--help").stdout


def test_the_version_is_that_of_the_package() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert keystead.__version__ == project["version"]
    assert run("--version").stdout == f"keystead {project['version']}\n"


def test_what_is_unknown_is_refused_with_status_2() -> None:
    assert run("serve", "--bind", "x").returncode == 2
    assert run("server").returncode == 2
    told = run("serve", KEYSTEAD_DATADIR="x")
    assert told.returncode == 2
    assert told.stderr == (
        "keystead: KEYSTEAD_DATADIR is in the environment, but there is no such setting. "
        "Did you mean KEYSTEAD_DATA_DIR?\n"
    )


def test_other_machines_are_not_served_without_tls() -> None:
    told = run("serve", "--host", "0.0.0.0", "--ephemeral")  # noqa: S104 -- refused
    assert told.returncode == 2
    assert "--insecure-http" in told.stderr


def test_the_first_init_shows_the_key_once_and_env_knows_it(tmp_path: Path) -> None:
    first = run("init", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    shown = exports(first.stdout)
    assert set(shown) == {"AWS_ENDPOINT_URL", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_DEFAULT_REGION"}
    assert exports(run("env", cwd=tmp_path).stdout) == shown
    assert json.loads(run("env", "--output", "json", cwd=tmp_path).stdout) == shown
    kept = tmp_path / "keystead-data" / "admin-credentials"
    assert kept.stat().st_mode & 0o777 == 0o600

    again = run("init", cwd=tmp_path)
    assert again.returncode == 2
    assert "initialised already" in again.stderr
    assert shown["AWS_SECRET_ACCESS_KEY"] not in again.stdout + again.stderr

    kept.unlink()
    without = run("env", cwd=tmp_path)
    assert without.returncode == 2
    assert "The administrator's key is not in" in without.stderr


def test_env_without_a_keystead_says_how_to_make_one(tmp_path: Path) -> None:
    told = run("env", cwd=tmp_path)
    assert told.returncode == 2
    assert "keystead init" in told.stderr


def test_init_takes_ids_and_key_from_the_environment_and_does_not_show_the_secret(tmp_path: Path) -> None:
    made = run("init", "--output", "text", cwd=tmp_path, **KEY)
    assert made.returncode == 0, made.stderr
    assert "111122223333" in made.stdout
    assert "root@example.com" in made.stdout
    assert KEY["KEYSTEAD_ADMIN_SECRET_ACCESS_KEY"] not in made.stdout
    assert not (tmp_path / "keystead-data" / "admin-credentials").exists()
    assert exports(run("env", cwd=tmp_path, **KEY).stdout)["AWS_ACCESS_KEY_ID"] == KEY["KEYSTEAD_ADMIN_ACCESS_KEY_ID"]


def test_a_standalone_account_is_made_beside_a_running_server(tmp_path: Path) -> None:
    server = start_server("--data-dir", str(tmp_path / "d"))
    try:
        made = run("account", "create", "--email", "shop@example.com", "--name", "Old shop", "--admin",
                   "--data-dir", str(tmp_path / "d"), "--output", "json")  # fmt: skip
        assert made.returncode == 0, made.stderr
        record = json.loads(made.stdout)
        admin = {
            "aws_access_key_id": record["access_key_id"],
            "aws_secret_access_key": record["secret_access_key"],
        }
        assert make_client(server.url, "sts", admin).get_caller_identity()["Account"] == record["account_id"]
        again = run(
            "account", "create", "--email", "SHOP@example.com", "--name", "x", "--data-dir", str(tmp_path / "d")
        )
        assert again.returncode == 2
        assert "Another account has" in again.stderr
        assert "Traceback" not in again.stderr
    finally:
        assert server.stop() == 0


def test_an_account_without_a_name_or_address_is_refused(tmp_path: Path) -> None:
    assert "is not an e-mail" in run("account", "create", "--email", "nobody", "--name", "x", cwd=tmp_path).stderr
    assert "1 to 50 characters" in run("account", "create", "--email", "a@b.example", "--name", "", cwd=tmp_path).stderr
    told = run("account", "create", "--email", "a@b.example", "--name", "x", cwd=tmp_path)
    assert told.returncode == 2
    assert "keystead init" in told.stderr


def test_a_server_keeps_its_data_and_its_key_over_a_restart(tmp_path: Path) -> None:
    first = start_server("--data-dir", str(tmp_path))
    make_client(first.url, "iam", first.admin).create_user(UserName="alice")
    assert first.stop() == 0
    second = start_server("--data-dir", str(tmp_path))
    try:
        assert second.account_id == ""
        users = make_client(second.url, "iam", first.admin).list_users()["Users"]
        assert {user["UserName"] for user in users} == {"admin", "alice"}
    finally:
        assert second.stop() == 0


def test_a_second_server_on_the_same_directory_is_refused(tmp_path: Path) -> None:
    first = start_server("--data-dir", str(tmp_path))
    try:
        second = run("serve", "--port", "0", "--data-dir", str(tmp_path))
        assert second.returncode == 2
        assert "Another server is using" in second.stderr
    finally:
        assert first.stop() == 0


def test_a_taken_port_is_refused(server: Server) -> None:
    port = server.url.rsplit(":", 1)[1]
    for workers in ("1", "2"):
        second = run("serve", "--port", port, "--ephemeral", "--workers", workers)
        assert second.returncode == 2
        assert "Address already in use" in second.stderr


def test_an_ephemeral_server_leaves_nothing_behind(tmp_path: Path) -> None:
    server = start_server("--ephemeral", env={"TMPDIR": str(tmp_path)})
    assert len(list(tmp_path.iterdir())) == 1
    assert server.stop() == 0
    assert list(tmp_path.iterdir()) == []


def test_info_says_what_it_is_and_no_secret(server: Server) -> None:
    assert server.get("/_keystead/health") == {"status": "ok"}
    assert server.get("/_keystead/info") == {
        "version": keystead.__version__,
        "enforcement": "enforce",
        "storage": "sqlite",
        "ephemeral": True,
    }


def test_the_server_is_ready_in_under_a_second_and_a_half(tmp_path: Path) -> None:
    """One start of five is quick enough: other tests may have the machine during the others."""
    taken = []
    for number in range(5):
        started = time.monotonic()
        running = start_server("--data-dir", str(tmp_path / str(number)))
        assert running.get("/_keystead/health") == {"status": "ok"}
        taken.append(time.monotonic() - started)
        running.stop()
        if taken[-1] < 1.5:
            break
    assert min(taken) < 1.5


def test_sigterm_and_ctrl_c_end_with_status_0() -> None:
    for number in (signal.SIGTERM, signal.SIGINT):
        server = start_server("--ephemeral")
        server.process.send_signal(number)
        assert server.wait() == 0


def test_sigterm_finishes_the_request_that_has_begun() -> None:
    server = start_server("--ephemeral")
    host, port = server.url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=10) as client:
        client.sendall(b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nhe")
        time.sleep(0.2)
        server.process.terminate()
        time.sleep(0.3)
        client.sendall(b"llo")
        assert client.recv(65536).startswith(b"HTTP/1.1 403 ")
    assert server.wait() == 0


def test_workers_serve_together_and_stop_together(tmp_path: Path) -> None:
    server = start_server("--data-dir", str(tmp_path), "--workers", "2")
    iam = make_client(server.url, "iam", server.admin)
    iam.create_user(UserName="alice")
    for _ in range(20):
        fresh = make_client(server.url, "iam", server.admin)
        assert fresh.get_user(UserName="alice")["User"]["UserName"] == "alice"
    assert server.stop() == 0


def test_a_worker_that_dies_is_replaced(tmp_path: Path) -> None:
    with (tmp_path / "log").open("w") as log:
        server = start_server("--data-dir", str(tmp_path / "d"), "--workers", "2", stderr=log)
    children = Path(f"/proc/{server.process.pid}/task/{server.process.pid}/children")
    before = children.read_text().split()
    assert len(before) == 2
    subprocess.run(["kill", "-9", before[0]], check=True)
    wait_for(lambda: len(set(children.read_text().split()) - set(before)) == 1)
    assert "ended unexpectedly" in (tmp_path / "log").read_text()
    assert server.stop() == 0


def test_workers_stop_when_the_process_that_watches_them_is_killed(tmp_path: Path) -> None:
    server = start_server("--data-dir", str(tmp_path), "--workers", "2")
    server.process.kill()
    server.wait()
    wait_for(lambda: refuses(server.url))
    again = start_server("--data-dir", str(tmp_path))
    assert again.stop() == 0


def refuses(url: str) -> bool:
    host, port = url.removeprefix("http://").split(":")
    with socket.socket() as probe:
        return probe.connect_ex((host, int(port))) != 0


def wait_for(condition: Callable[[], bool], seconds: float = 15) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


@pytest.fixture(scope="module")
def certificate() -> Any:
    """A certificate for this machine, made for this test."""
    with tempfile.TemporaryDirectory() as directory:
        cert, key = Path(directory) / "cert.pem", Path(directory) / "key.pem"
        make_certificate(cert, key)
        yield cert, key


def make_certificate(cert: Path, key: Path) -> None:
    import datetime as dt
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    private = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .sign(private, hashes.SHA256())
    )
    cert.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key.write_bytes(
        private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )


def test_tls_serves_an_unmodified_client(certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    server = start_server("--ephemeral", "--tls-cert", str(cert), "--tls-key", str(key))
    try:
        assert server.url.startswith("https://")
        import boto3

        sts = boto3.client("sts", region_name="us-east-1", endpoint_url=server.url, verify=str(cert), **server.admin)
        assert sts.get_caller_identity()["Account"] == server.account_id
        plain = server.url.replace("https:", "http:")
        with pytest.raises(OSError):  # noqa: PT011 -- whichever way the connection breaks
            urllib.request.urlopen(plain, timeout=5)
    finally:
        assert server.stop() == 0


def test_t70_a_tls_handshake_that_is_not_finished_is_closed(certificate: tuple[Path, Path]) -> None:
    cert, key = certificate
    server = start_server("--ephemeral", "--tls-cert", str(cert), "--tls-key", str(key))
    try:
        host, port = server.url.removeprefix("https://").split(":")
        with socket.create_connection((host, int(port)), timeout=30) as half_open:
            started = time.monotonic()
            assert half_open.recv(10) == b""
            assert time.monotonic() - started < 30
    finally:
        assert server.stop() == 0


def test_a_certificate_that_is_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.pem").write_text("nothing")
    told = run("serve", "--ephemeral", "--tls-cert", str(tmp_path / "x.pem"), "--tls-key", str(tmp_path / "x.pem"))
    assert told.returncode == 2
    assert "cannot be used" in told.stderr
