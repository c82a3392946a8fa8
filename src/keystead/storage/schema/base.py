"""The metadata object and the column types that the tables share."""

import datetime as dt

from sqlalchemy import BigInteger, DateTime, Dialect, MetaData, types

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite only gives an autoincrementing key to a column declared INTEGER.
Sequence = BigInteger().with_variant(types.Integer(), "sqlite")


class UtcDateTime(types.TypeDecorator[dt.datetime]):
    """A point in time, always aware and in UTC on both sides of the database."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Refuse a naive time and store UTC."""
        if value is None:
            return None
        if value.tzinfo is None:
            msg = "a stored time must carry its time zone"
            raise ValueError(msg)
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:  # noqa: ARG002  the signature is SQLAlchemy's
        """Give back UTC, which SQLite forgets to say."""
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)
