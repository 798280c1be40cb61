import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openRepository, type Repository } from './repository.ts'

/** A small tree of files in a temporary folder, for the tests of the checks. Removed when disposed of. */
export interface Fixture extends Repository, Disposable {}

/** Writes the files, given as path to text, and opens them as a repository. */
export function plant(files: Readonly<Record<string, string>>): Fixture {
  const root = mkdtempSync(join(tmpdir(), 'tocsin-fixture-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return { ...openRepository(root), [Symbol.dispose]: () => rmSync(root, { recursive: true, force: true }) }
}
