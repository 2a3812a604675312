"""What all tables of the workers service rest on."""

from __future__ import annotations

from sqlalchemy.orm import DeclarativeBase

from services.runtime.tables import new_metadata


class Base(DeclarativeBase):
    """All tables of this database. A person is an id here: names and addresses are with accounts."""

    metadata = new_metadata()
