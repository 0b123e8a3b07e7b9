"""The database: a SQLite file or PostgreSQL behind one small face, and the schema that both share."""
