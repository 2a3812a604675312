"""What all tables of the tasks service rest on."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import BigInteger, Boolean, Integer, SmallInteger, Text
from sqlalchemy.orm import DeclarativeBase, mapped_column

from services.runtime.tables import new_metadata

POS_STEP = 1000
"""Distance in `pos` between two neighbours in a fresh queue: room for gold items to move in between."""


class Base(DeclarativeBase):
    """Mapped tables; statements are written on them, the unit of work is not used."""

    metadata = new_metadata()


Count = Annotated[int, mapped_column(BigInteger, server_default="0")]
SmallCount = Annotated[int, mapped_column(SmallInteger, server_default="0")]
IntCount = Annotated[int, mapped_column(Integer, server_default="0")]
No = Annotated[bool, mapped_column(Boolean, server_default="false")]
Blank = Annotated[str, mapped_column(Text, server_default="")]
