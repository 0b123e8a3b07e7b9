-- The database as the first version of this program wrote it.
CREATE TABLE IF NOT EXISTS cards (id TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS languages (code TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS outcomes (name TEXT PRIMARY KEY) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS counts (
    day TEXT NOT NULL CHECK (day GLOB '[0-9][0-9][0-9][0-9]-[0-1][0-9]-[0-3][0-9]'),
    card TEXT NOT NULL REFERENCES cards (id),
    language TEXT NOT NULL REFERENCES languages (code),
    outcome TEXT NOT NULL REFERENCES outcomes (name),
    number INTEGER NOT NULL CHECK (number > 0),
    PRIMARY KEY (day, card, language, outcome)
) WITHOUT ROWID;
PRAGMA user_version = 1;
INSERT INTO cards VALUES ('-'), ('warrants'), ('ice-at-home');
INSERT INTO languages VALUES ('es');
INSERT INTO outcomes VALUES ('answered'), ('none'), ('urgent');
INSERT INTO counts VALUES
    ('2026-11-20', 'warrants', 'es', 'answered', 7),
    ('2026-11-20', '-', 'es', 'none', 3),
    ('2026-11-20', '-', 'es', 'urgent', 2),
    ('2026-11-20', 'warrants', 'es', 'urgent', 4),
    ('2026-11-20', 'ice-at-home', 'es', 'urgent', 3);
