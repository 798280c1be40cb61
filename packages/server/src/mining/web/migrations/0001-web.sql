-- Facts about names over time. Times are milliseconds since 1970.
CREATE TABLE domain (
  id INTEGER PRIMARY KEY,
  -- The registrable domain, canonical.
  name TEXT NOT NULL UNIQUE,
  first_seen INTEGER NOT NULL,
  -- Last told of or asked about: the oldest goes first where there are too many.
  touched_at INTEGER NOT NULL,
  registered_at INTEGER,
  registrar TEXT,
  -- When a registry was last asked, and what came: known, absent, failed, unsupported; NULL where it was not asked.
  registry_asked_at INTEGER,
  registry_state TEXT,
  -- The earliest beginning of a certificate that was told.
  certificate_at INTEGER
);
CREATE INDEX domain_touched ON domain (touched_at);

CREATE TABLE resolution (
  domain_id INTEGER NOT NULL,
  host TEXT NOT NULL,
  address TEXT NOT NULL,
  asn INTEGER,
  country TEXT,
  -- A published range of a content network holds the address.
  is_cdn INTEGER NOT NULL,
  first_seen INTEGER NOT NULL,
  last_seen INTEGER NOT NULL,
  -- How often it was told.
  told INTEGER NOT NULL,
  -- Ids of sites that told it, with spaces between; eight at most.
  sites TEXT NOT NULL,
  -- Whether a trusted one is among them.
  is_trusted INTEGER NOT NULL,
  PRIMARY KEY (domain_id, host, address)
) WITHOUT ROWID;
CREATE INDEX resolution_address ON resolution (address, domain_id);

CREATE TABLE site (
  id INTEGER PRIMARY KEY,
  name TEXT NOT NULL UNIQUE
);

-- What was said and stands, so that it can be taken back.
CREATE TABLE statement (
  subject TEXT NOT NULL,
  kind TEXT NOT NULL,
  domain TEXT NOT NULL,
  confidence INTEGER NOT NULL,
  at INTEGER NOT NULL,
  -- From here on it weighs nothing.
  until INTEGER NOT NULL,
  PRIMARY KEY (subject, kind)
) WITHOUT ROWID;
CREATE INDEX statement_domain ON statement (domain);
CREATE INDEX statement_until ON statement (until);
