"""The key: where it comes from, that there is one only, and what it seals."""

from __future__ import annotations

import base64
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, strategies as st

from cognito_identity_mcp.settings import SettingsError
from cognito_identity_mcp.storage.folder import StateFolder
from cognito_identity_mcp.storage.key import VARIABLE, Key, SealBroken
from tests.processes import environment, run

SECRET = bytes(range(32))
KEY = Key(SECRET)
AS_TEXT = [
    SECRET.hex(),
    SECRET.hex().upper(),
    base64.urlsafe_b64encode(SECRET).decode(),
    base64.urlsafe_b64encode(SECRET).decode().rstrip("="),
    f" {SECRET.hex()}\n",
]
TOO_SHORT = [SECRET[:31].hex(), base64.urlsafe_b64encode(SECRET[:31]).decode()]
NO_KEY = [*TOO_SHORT, "not a key", "é" * 32, "/" * 43, SECRET.hex() + "00"]
EXPECTED = "expected 32 random bytes as base64url or hex."


@pytest.mark.parametrize("text", AS_TEXT)
def test_the_environment_goes_before_the_file(text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = StateFolder.at(tmp_path / "state")
    in_file = folder.key().derive("x")
    monkeypatch.setenv(VARIABLE, text)
    assert folder.key().derive("x") == KEY.derive("x") != in_file
    monkeypatch.setenv(VARIABLE, "")
    assert folder.key().derive("x") == in_file


@pytest.mark.parametrize("text", NO_KEY)
def test_what_is_no_key_is_refused_without_being_shown(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = StateFolder.at(tmp_path / "state")
    (folder.path / "key").write_text(text)
    (folder.path / "key").chmod(0o600)
    with pytest.raises(SettingsError, match="does not hold a key") as of_file:
        folder.key()
    assert str(of_file.value) == f"The key file {folder.path / 'key'} does not hold a key: {EXPECTED}"
    monkeypatch.setenv(VARIABLE, text)
    with pytest.raises(SettingsError, match="does not hold a key") as of_environment:
        StateFolder.at(folder.path)
    assert str(of_environment.value) == f"The environment variable {VARIABLE} does not hold a key: {EXPECTED}"


def test_a_wrong_key_stops_a_command_and_is_not_shown(tmp_path: Path) -> None:
    env = environment(**{VARIABLE: "canary-canary"})
    ended = run("changes", "verify", "--state", str(tmp_path / "state"), env=env)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "does not hold a key" in ended.stderr
    assert "canary" not in ended.stderr


def test_nothing_shows_the_key(tmp_path: Path) -> None:
    folder = StateFolder.at(tmp_path / "state")
    text = (folder.path / "key").read_text() if folder.key() else ""
    assert re.fullmatch(r"[\w-]{43}=\n", text)
    assert repr(folder.key()) == str(folder.key()) == "Key(…)"


MAKES_THE_KEY = """
import sys
from pathlib import Path
from cognito_identity_mcp.storage.folder import StateFolder
folder = StateFolder(Path(sys.argv[1]))
sys.stdin.readline()
print(folder.key().derive("which").hex())
"""


def test_processes_that_make_it_at_once_have_the_same_one(tmp_path: Path) -> None:
    folder = StateFolder.at(tmp_path / "state")
    command = (sys.executable, "-c", MAKES_THE_KEY, str(folder.path))
    processes = [
        subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)  # noqa: S603 - our own
        for _ in range(6)
    ]
    for process in processes:
        assert process.stdin is not None
        process.stdin.write("\n")
        process.stdin.flush()
    made = {process.communicate(timeout=30)[0].strip() for process in processes}
    assert made == {folder.key().derive("which").hex()}
    assert [path.name for path in folder.path.iterdir()] == ["key"]


@given(st.binary(max_size=200), st.text(max_size=20))
def test_what_is_sealed_comes_back_and_shows_nothing(plaintext: bytes, context: str) -> None:
    sealed = KEY.seal(plaintext, context)
    assert KEY.unseal(sealed, context) == plaintext
    assert KEY.seal(plaintext, context) != sealed
    assert len(plaintext) < 4 or plaintext not in sealed


@given(st.data())
def test_a_seal_with_one_bit_changed_or_a_part_missing_is_broken(data: st.DataObject) -> None:
    sealed = KEY.seal(b"secret", "handoff 1")
    bit = data.draw(st.integers(0, len(sealed) * 8 - 1))
    flipped = bytearray(sealed)
    flipped[bit // 8] ^= 1 << bit % 8
    cut = sealed[: data.draw(st.integers(0, len(sealed) - 1))]
    for broken in (bytes(flipped), cut, sealed + b"\0"):
        with pytest.raises(SealBroken, match=r"cannot be opened: they were changed, or sealed with another key\."):
            KEY.unseal(broken, "handoff 1")


def test_a_seal_opens_for_its_own_context_and_key_only() -> None:
    sealed = KEY.seal(b"secret", "handoff 1")
    with pytest.raises(SealBroken):
        KEY.unseal(sealed, "handoff 2")
    with pytest.raises(SealBroken):
        Key(bytes(32)).unseal(sealed, "handoff 1")


def test_keys_and_digests_differ_by_purpose_text_and_secret() -> None:
    derived = [KEY.derive(""), KEY.derive("seal"), KEY.derive("digest"), Key(bytes(32)).derive("seal"), SECRET]
    assert len(set(derived)) == 5
    assert {len(key) for key in derived} == {32}
    digests = [KEY.digest("a"), KEY.digest("b"), Key(bytes(32)).digest("a")]
    assert len(set(digests)) == 3
    assert KEY.digest("a") == digests[0]
    assert re.fullmatch("[0-9a-f]{64}", digests[0])


def test_derived_keys_are_hkdf_sha256_of_rfc_5869() -> None:
    # openssl kdf -keylen 32 -kdfopt digest:SHA256 -kdfopt hexkey:000102…1f -kdfopt info:seal HKDF
    assert KEY.derive("seal").hex() == "1f28daac514d841274e4541f0ac720aedc1a1801279e144ba82e6ad8c1c9592d"
