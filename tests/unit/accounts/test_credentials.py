"""Secrets, passwords and the vault."""

import base64
import json
import re
import unicodedata
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from joserfc import jwt
from joserfc.jwk import KeySet

from services.accounts.credentials import secrets
from services.accounts.credentials.passwords import Passwords
from services.accounts.credentials.tokens import Signer, Subject
from services.accounts.domain.keys import jwks_json
from services.core.ids import new_id
from services.runtime.vault import Vault


def test_codes_survive_being_typed() -> None:
    code = secrets.new_sign_in_code()
    assert re.fullmatch(r"([0-9A-HJKMNP-TV-Z]{5}-){5}[0-9A-HJKMNP-TV-Z]", code)
    assert secrets.normal_code(f" {code.lower()} ") == code.replace("-", "")
    assert secrets.normal_code("oO il-L") == "00111"


def test_secrets_are_long_and_differ() -> None:
    keys = {secrets.new_api_key() for _ in range(100)}
    assert len(keys) == 100
    assert all(key.startswith("ilg_") and len(key) == 47 for key in keys)
    assert secrets.digest("a") != secrets.digest("b")


async def test_passwords_are_argon2id_with_the_stated_cost() -> None:
    passwords = Passwords()
    try:
        stored = await passwords.hash("비밀번호 열 글자 넘게")
        assert stored.startswith("$argon2id$v=19$m=19456,t=2,p=1$")
        assert await passwords.matches(stored, "비밀번호 열 글자 넘게")
        assert not await passwords.matches(stored, "another")
        assert not await passwords.matches(None, "another")
        # Keyboards compose letters differently.
        assert await passwords.matches(await passwords.hash("한글"), unicodedata.normalize("NFD", "한글"))
        assert await passwords.hash("a") != await passwords.hash("a")
    finally:
        passwords.close()


def test_a_private_key_opens_only_under_its_own_id_and_key() -> None:
    vault = Vault(b"k" * 32)
    sealed = vault.seal("one", b"private")
    assert b"private" not in sealed
    assert sealed != vault.seal("one", b"private")
    assert vault.unseal("one", sealed) == b"private"
    for other, key_id, content in (
        (vault, "two", sealed),
        (Vault(b"l" * 32), "one", sealed),
        (vault, "one", sealed[:-1] + bytes([sealed[-1] ^ 1])),
    ):
        with pytest.raises(InvalidTag):
            other.unseal(key_id, content)


def test_marks_tell_equal_secrets_only_to_who_has_the_key() -> None:
    vault = Vault(b"k" * 32)
    assert vault.mark("a") == Vault(b"k" * 32).mark("a") != vault.mark("b")
    assert vault.mark("a") != Vault(b"l" * 32).mark("a")


@pytest.mark.parametrize("content", ["", "short", base64.b64encode(b"k" * 31).decode()])
def test_a_damaged_key_file_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "secret.key").write_text(content)
    with pytest.raises(ValueError, match=r"secret\.key must hold 32 bytes"):
        Vault.open(tmp_path)


def test_tokens_verify_with_the_published_key_and_a_new_signer() -> None:
    vault, now = Vault(b"k" * 32), datetime.now(UTC)
    key = Signer(vault).new_key(now)
    subject = Subject(new_id(), new_id(), [], now)
    signed = Signer(vault).sign(key, subject, now)
    public = KeySet.import_key_set(json.loads(jwks_json([key])))
    decoded = jwt.decode(signed.token, public, algorithms=["Ed25519"])
    assert decoded.claims["sub"] == str(subject.account_id)
    assert decoded.claims["exp"] == signed.expire_time.timestamp()
    assert decoded.header["kid"] == key.key_id
    assert "d" not in key.public_jwk
