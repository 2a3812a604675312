"""The keys that sign certificates, and what exams need beside."""

import base64
import hashlib
import json
import re

from alembic import op
from sqlalchemy import text

from services.runtime.grants import grant

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

TABLES = (
    """
    CREATE TABLE exam_guide (
        annotation_type smallint CONSTRAINT pk_exam_guide PRIMARY KEY,
        question_ko text NOT NULL,
        question_en text NOT NULL,
        instructions_ko text NOT NULL,
        instructions_en text NOT NULL,
        label_texts jsonb NOT NULL,
        item_count integer NOT NULL,
        time_limit_minutes integer NOT NULL
    )
    """,
    """
    CREATE TABLE item_use (
        digest text CONSTRAINT pk_item_use PRIMARY KEY,
        use text NOT NULL,
        CONSTRAINT ck_item_use_use CHECK (use IN ('EXAM', 'PRACTICE'))
    )
    """,
    """
    CREATE TABLE certificate_key (
        key_id text CONSTRAINT pk_certificate_key PRIMARY KEY,
        public_jwk jsonb NOT NULL,
        private_sealed bytea NOT NULL,
        create_time timestamptz NOT NULL
    )
    """,
    """
    CREATE TABLE certificate_status (
        certificate_id uuid CONSTRAINT pk_certificate_status PRIMARY KEY
            CONSTRAINT fk_certificate_status_certificate_id REFERENCES certificate,
        list_no integer NOT NULL,
        place integer NOT NULL,
        CONSTRAINT uq_certificate_status_list_no_place UNIQUE (list_no, place),
        CONSTRAINT ck_certificate_status_place CHECK (place BETWEEN 0 AND 131071)
    )
    """,
)
_BATCH = 500
_INLINE = re.compile(r"data:[a-z]+/[a-z0-9.+-]+;base64,(.+)", re.DOTALL)
_STORED = re.compile(r"media:([0-9a-f]{64})\.[a-z0-9]+")


def upgrade() -> None:
    for statement in TABLES:
        op.execute(statement)
    grant(op, "SELECT, INSERT, UPDATE", ("exam_guide", "item_use"))
    grant(op, "SELECT, INSERT", ("certificate_key", "certificate_status"))
    _note_uses()


def _note_uses() -> None:
    """What exams have served for so far must not become practice."""
    connection = op.get_bind()
    found = connection.execute(text("SELECT data_json FROM exam_item"))
    add = text("INSERT INTO item_use (digest, use) VALUES (:digest, 'EXAM') ON CONFLICT DO NOTHING")
    while rows := found.fetchmany(_BATCH):
        connection.execute(add, [{"digest": _digest(data_json)} for (data_json,) in rows])


def _digest(data_json: str) -> str:
    plain = json.dumps(_plain(json.loads(data_json)), sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(value: object) -> object:
    if isinstance(value, dict):
        return {name: _plain(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return _plain_text(value) if isinstance(value, str) else value


def _plain_text(value: str) -> str:
    if stored := _STORED.fullmatch(value):
        return f"sha256:{stored[1]}"
    if inline := _INLINE.fullmatch(value):
        try:
            return f"sha256:{hashlib.sha256(base64.b64decode(inline[1], validate=True)).hexdigest()}"
        except ValueError:
            return value
    return value
