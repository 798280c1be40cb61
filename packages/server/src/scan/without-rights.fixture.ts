/**
 * Reads a folder's files `x` and `ok` and its folder `a` as somebody from whom they can be kept: root may read all, so it
 * becomes nobody once everything is loaded. `node without-rights.fixture.ts FOLDER` prints JSON.
 */
import { join } from 'node:path'
import { pathOfText } from './byte-path.ts'
import { exclusionOf } from './glob.ts'
import { FileHasher } from './hash-file.ts'
import { FileReader } from './read-files.ts'
import { OpenFolder } from './read-folder.ts'
import { LATER } from './trees.fixture.ts'

/** The user `nobody` of most systems; any that owns nothing would do. */
const NOBODY = 65_534

/** What the process prints. */
export interface WithoutRights {
  /** Files that have a hash. */
  readonly read: number
  /** Codes of what could not be read, the folder's last. */
  readonly failed: readonly string[]
}

const root = process.argv[2]!
const rules = { cache: undefined, sizeMax: 2 ** 30, archives: undefined, day: 1 }
const reader = new FileReader({ ...rules, hasher: new FileHasher(() => undefined) })
if (process.getuid?.() === 0) {
  process.setegid!(NOBODY)
  process.seteuid!(NOBODY)
}
const path = (name: string) => pathOfText(join(root, name))
const { looked, failed } = await reader.look([path('x'), path('ok')], LATER())
const outcome: WithoutRights = {
  read: looked.count,
  failed: [...failed.map(([, reason]) => reason), codeOf(path('a'))],
}
process.stdout.write(`${JSON.stringify(outcome)}\n`)

function codeOf(folder: Parameters<typeof OpenFolder.open>[0]): string {
  try {
    OpenFolder.open(folder, { ...rules, oneFileSystem: false, archives: false, excludes: exclusionOf([]) })
    return 'opened'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}
