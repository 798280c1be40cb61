/** The data folder: made if missing, held by one process at a time. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ProblemError } from '@tocsin/core/base'

const SQLITE_BUSY = 5

/**
 * Holds a data folder for this process until disposed of, or until the process ends in whatever way: the lock is the
 * operating system's, on a file of SQLite's, so a kill leaves nothing behind to clean up.
 *
 * @throws ProblemError `unavailable` where another process holds it, `internal` where it cannot be used at all
 */
export function holdDataFolder(path: string): Disposable {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(path, 'lock.sqlite'))
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    if ((error as { readonly errcode?: number }).errcode !== SQLITE_BUSY) {
      const why = error instanceof Error ? error.message : String(error)
      const message = `Cannot open the data folder "${path}": its lock must be a file of ours on a disk with room: ${why}`
      throw new ProblemError({ code: 'internal', message }, { cause: error })
    }
    const message = `Cannot open the data folder "${path}": a node that runs holds it; ask that node, or stop it first`
    throw new ProblemError({ code: 'unavailable', message }, { cause: error })
  }
  return { [Symbol.dispose]: () => lock.close() }
}
