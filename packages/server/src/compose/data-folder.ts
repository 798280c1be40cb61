/** The data folder: made if missing, held by one process at a time. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { ProblemError } from '@tocsin/core/base'

/**
 * Holds a data folder for this process until disposed of, or until the process ends in whatever way: the lock is the
 * operating system's, on a file of SQLite's, so a kill leaves nothing behind to clean up.
 *
 * @throws ProblemError `unavailable` where another process holds it
 */
export function holdDataFolder(path: string): Disposable {
  mkdirSync(path, { recursive: true, mode: 0o700 })
  const lock = new DatabaseSync(join(path, 'lock.sqlite'))
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE')
  } catch (error) {
    lock.close()
    throw new ProblemError(
      {
        code: 'unavailable',
        message: `Cannot open the data folder "${path}": a node that runs holds it; ask that node, or stop it first`,
      },
      { cause: error },
    )
  }
  return { [Symbol.dispose]: () => lock.close() }
}
