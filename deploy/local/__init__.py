"""The embedded stack: PostgreSQL, NATS and the services as supervised processes on one machine, in one data folder."""
