"""Settings are merged, checked and refused in words that help."""

from __future__ import annotations

import base64
import re
from pathlib import Path

import pytest

from keystead.settings import Settings, SettingsError, load

KEY = {
    "KEYSTEAD_ADMIN_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "KEYSTEAD_ADMIN_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
}
MASTER = {"KEYSTEAD_MASTER_KEY": base64.b64encode(b"m" * 32).decode()}


def test_defaults_serve_this_machine_from_a_directory_here() -> None:
    settings = load({}, {})
    assert settings.endpoint_url == "http://127.0.0.1:5397"
    assert settings.data_dir == Path.cwd() / "keystead-data"
    assert settings.database_url == f"sqlite:///{Path.cwd()}/keystead-data/keystead.db"
    assert settings.storage == "sqlite"


def test_a_flag_wins_over_the_environment() -> None:
    environ = {"KEYSTEAD_PORT": "1234", "KEYSTEAD_WORKERS": "3", "KEYSTEAD_DATA_DIR": "/tmp/x", "PATH": "/bin"}  # noqa: S108 -- never made
    settings = load({"port": 99, "workers": None, "ephemeral": True}, environ)
    assert settings.port == 99
    assert settings.workers == 3
    assert settings.ephemeral
    assert settings.data_dir is None


def test_an_unknown_name_is_refused_with_the_nearest_known() -> None:
    with pytest.raises(
        SettingsError, match=r"KEYSTEAD_ADMIN_SECRET is .* Did you mean KEYSTEAD_ADMIN_SECRET_ACCESS_KEY"
    ):
        load({}, {"KEYSTEAD_ADMIN_SECRET": "x"})
    with pytest.raises(SettingsError, match=r"Did you mean KEYSTEAD_INSECURE_HTTP\?"):
        load({}, {"KEYSTEAD_INSECUREHTTP": "1"})


@pytest.mark.parametrize(
    ("environ", "words"),
    [
        ({"KEYSTEAD_PORT": "http"}, "KEYSTEAD_PORT cannot be 'http'"),
        ({"KEYSTEAD_PORT": "65536"}, "from 0 to 65535"),
        ({"KEYSTEAD_WORKERS": "0"}, "from 1 to 64"),
        ({"KEYSTEAD_EPHEMERAL": "maybe"}, "KEYSTEAD_EPHEMERAL cannot be 'maybe'"),
        ({"KEYSTEAD_MANAGEMENT_ACCOUNT_ID": "123"}, "12 digits"),
        ({"KEYSTEAD_ROOT_EMAIL": "nobody"}, "an e-mail address"),
        ({**KEY, "KEYSTEAD_ADMIN_ACCESS_KEY_ID": "AKIA1"}, "AKIA followed by 16"),
        ({"KEYSTEAD_ADMIN_ACCESS_KEY_ID": KEY["KEYSTEAD_ADMIN_ACCESS_KEY_ID"]}, "must be given together"),
        ({"KEYSTEAD_PUBLIC_URL": "keystead.example.com"}, "public URL must look like"),
        ({"KEYSTEAD_PUBLIC_URL": "https://h/path"}, "public URL must look like"),
        ({"KEYSTEAD_TLS_CERT": __file__}, "must be given together"),
        ({"KEYSTEAD_TLS_CERT": "/none"}, "There is no file /none"),
        ({"KEYSTEAD_DATA_DIR": "d", "KEYSTEAD_EPHEMERAL": "1"}, "Only one of"),
        ({"KEYSTEAD_DATABASE_URL": "mysql://h/d"}, "must be postgresql://"),
        ({"KEYSTEAD_DATABASE_URL": "postgresql://h/d"}, "KEYSTEAD_MASTER_KEY must hold"),
        ({"KEYSTEAD_MASTER_KEY": "c2hvcnQ="}, "32 bytes in base64"),
    ],
)
def test_a_wrong_value_is_refused_in_words_that_help(environ: dict[str, str], words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)):
        load({}, environ)


def test_no_message_and_no_repr_holds_a_secret() -> None:
    secret = "s3cr3t" + "a" * 33
    with pytest.raises(SettingsError) as caught:
        load({}, {**KEY, "KEYSTEAD_ADMIN_SECRET_ACCESS_KEY": secret})
    assert secret not in str(caught.value)
    with pytest.raises(SettingsError) as caught:
        load({}, {"KEYSTEAD_DATABASE_URL": "mysql://u:hunter2@h/d"})
    assert "hunter2" not in str(caught.value)
    shown = repr(load({"database_url": "postgresql://u:hunter2@h/d"}, {**KEY, **MASTER}))
    assert "hunter2" not in shown
    assert "wJalr" not in shown
    assert "mmmm" not in shown


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.2", "keystead.example.com"])  # noqa: S104 -- refused
def test_other_machines_are_served_with_tls_or_not_at_all(host: str) -> None:
    with pytest.raises(SettingsError, match="--insecure-http"):
        load({"host": host}, {})
    assert load({"host": host, "insecure_http": True}, {}).host == host
    assert load({"host": host, "tls_cert": Path(__file__), "tls_key": Path(__file__)}, {}).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "::1", "localhost"])
def test_this_machine_may_do_without_tls(host: str) -> None:
    assert load({"host": host}, {}).host == host


def test_a_database_needs_no_directory() -> None:
    settings = load({"database_url": "postgresql://h/d"}, MASTER)
    assert settings.data_dir is None
    assert settings.storage == "postgresql"
    assert settings.master_key == b"m" * 32


def test_the_endpoint_is_what_clients_use() -> None:
    assert load({"public_url": "https://keystead.example.com/"}, {}).endpoint_url == "https://keystead.example.com"
    assert load({"host": "::1", "port": 1}, {}).endpoint_url == "http://[::1]:1"
    with_tls = {"tls_cert": Path(__file__), "tls_key": Path(__file__)}
    assert load(with_tls, {}).endpoint_url == "https://127.0.0.1:5397"


def test_tests_have_settings_of_their_own(tmp_path: Path) -> None:
    assert Settings.for_tests(tmp_path, ephemeral=True).ephemeral
