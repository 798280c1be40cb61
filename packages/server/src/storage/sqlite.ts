/** Opens a SQLite file the way every store here wants it, and brings its schema up to date. */
import { readdirSync, readFileSync } from 'node:fs'
import { DatabaseSync, type StatementSync } from 'node:sqlite'

/** Mebibytes of page cache per database. */
const CACHE_MIB = 32

/** Pages of 4 KiB in the write-ahead log before they go to the file: each goes once, however often it was written. */
const WAL_PAGES = 32_768

/**
 * Bytes that the log keeps once it is written back. Beside a long reader, as whoever builds a segment is, it grows by what
 * is written meanwhile, 2 GB in a list of ten million; after a crash all of it would be read at the next start.
 */
const WAL_BYTES_KEPT = 128 * 1024 * 1024

/**
 * Opens (or makes) a database: write-ahead log, so that readers never wait; `synchronous=FULL`, so that a commit that
 * returned survives a power cut.
 *
 * @param migrations folder of `NNNN-name.sql`; each runs once, in order, in a transaction of its own
 */
export function openDatabase(path: string, migrations: URL): DatabaseSync {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false })
  database.exec(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    PRAGMA busy_timeout = 5000;
    PRAGMA temp_store = MEMORY;
    PRAGMA wal_autocheckpoint = ${WAL_PAGES};
    PRAGMA journal_size_limit = ${WAL_BYTES_KEPT};
    PRAGMA cache_size = -${CACHE_MIB * 1024};
  `)
  migrate(database, migrations)
  return database
}

/** Opens an existing database to read from it alone, while another connection writes. */
export function openReadOnly(path: string): DatabaseSync {
  const database = new DatabaseSync(path, { readOnly: true })
  database.exec('PRAGMA busy_timeout = 5000')
  return database
}

/** One prepared statement per name of a table of SQL. */
export type Prepared<SQL> = Readonly<Record<keyof SQL, StatementSync>>

/** Prepares all statements of a table, once. Throws where one of them does not fit the schema. */
export function prepareAll<SQL extends Readonly<Record<string, string>>>(
  database: DatabaseSync,
  statements: SQL,
): Prepared<SQL> {
  return Object.fromEntries(
    Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)]),
  ) as unknown as Prepared<SQL>
}

/** Runs `work` in a transaction: all of it or nothing. */
export function transaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    database.exec('COMMIT')
    return result
  } catch (error) {
    if (database.isTransaction) database.exec('ROLLBACK')
    throw error
  }
}

function migrate(database: DatabaseSync, folder: URL): void {
  const files = readdirSync(folder)
    .filter(name => /^\d{4}-.*\.sql$/.test(name))
    .sort()
  const row = database.prepare('PRAGMA user_version').get() as { user_version: number }
  const done = row.user_version
  if (done > files.length) {
    throw new Error(
      `Cannot open "${database.location()}": its schema is at version ${done}, this program knows ${files.length}; run a newer Tocsin`,
    )
  }
  for (const [index, name] of files.entries()) {
    if (index < done) continue
    const sql = readFileSync(new URL(name, folder), 'utf8')
    transaction(database, () => {
      database.exec(sql)
      database.exec(`PRAGMA user_version = ${index + 1}`)
    })
  }
}
