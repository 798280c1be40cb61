/** Trees for tests, each gone with its test. */

import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { HashList } from './hash-list.ts'
import { type Judge, listJudge } from './judging.ts'
import { type ScanOptions, scan } from './scan.ts'

/** A folder that goes with the test. */
export interface Tree extends Disposable {
  readonly root: string
  /** A folder outside of the root, for what is remembered. */
  readonly cache: string
  path(name: string): string
}

/** Makes a tree: contents by path. */
export function treeOf(files: Readonly<Record<string, string | Uint8Array>>): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-scan-'))
  const root = join(folder, 'tree')
  mkdirSync(root)
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true })
    writeFileSync(join(root, name), content)
  }
  return {
    root,
    cache: join(folder, 'cache'),
    path: name => join(root, name),
    // Paths may be longer than Node can remove.
    [Symbol.dispose]: () => void execFileSync('rm', ['-rf', folder]),
  }
}

/** SHA-256 in hexadecimal. */
export function sha256(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}

/** A judge by a list of contents. */
export function listing(...contents: readonly (string | Uint8Array)[]): Judge {
  return listJudge(HashList.of(contents.map(sha256)), '"bad.txt"')
}

/** Long after all files were written, so that their hashes may be remembered. */
export const LATER = (): number => Date.now() + 3_600_000

/** A scan by two threads. */
export function scanned(roots: readonly string[], judge: Judge, options: Partial<ScanOptions> = {}) {
  return scan(roots, judge, {
    jobs: 2,
    sizeMax: 2 ** 30,
    oneFileSystem: false,
    excludes: [],
    asksAgain: true,
    clock: LATER,
    ...options,
  })
}
