/** The options of `tocsin scan`. */
import { availableParallelism } from 'node:os'
import { isAbsolute, join } from 'node:path'
import type { Level } from '@tocsin/core/verdict'
import { type Command, InvalidArgumentError, Option } from 'commander'
import { LEVELS } from '../config/index.ts'
import { SIZE_MAX_BYTES } from '../scan/index.ts'

/** As they were given, checked. */
export interface ScanOptions {
  readonly json?: true
  readonly sarif?: true
  readonly watch?: true
  readonly list?: string
  readonly level?: Level
  readonly exclude: readonly string[]
  /** Bytes. */
  readonly maxSize: number
  readonly oneFileSystem?: true
  readonly archives: boolean
  readonly jobs: number
  /** `false` for none, `true` for the usual place. */
  readonly cache: string | boolean
}

/** More threads than that only get in each other's way. */
const JOBS_MAX = 64

const UNITS: Readonly<Record<string, number>> = { '': 1, K: 2 ** 10, M: 2 ** 20, G: 2 ** 30, T: 2 ** 40 }

/** Declares arguments and options. */
export function declareScan(command: Command): void {
  command.argument('<path...>', 'files and folders')
  command.option('--list <FILE>', 'judge by this list of SHA-256 hashes, one a line, and ask nobody')
  command.addOption(
    new Option('--level <LEVEL>', "from which verdict on a file is blocked (default: the node's policy)").choices(
      LEVELS,
    ),
  )
  command.option(
    '--exclude <GLOB>',
    'leave out names ("*.iso") or paths ("/srv/*/cache"); may be repeated',
    gathered,
    [],
  )
  command.option('--max-size <BYTES>', 'leave out larger files; K, M, G and T may follow', sizeOf, SIZE_MAX_BYTES)
  command.option('--one-file-system', 'do not enter folders on other file systems')
  command.option('--no-archives', 'do not look into archives')
  command.option('--jobs <N>', 'threads that read and hash', jobsOf, availableParallelism())
  command.option('--cache <FOLDER>', 'where hashes are remembered (default: tocsin in XDG_CACHE_HOME or ~/.cache)')
  command.option('--no-cache', 'remember nothing, and read everything')
  command.option('--watch', 'go on when all was scanned: scan what changes, until asked to end')
  command.option('--json', 'print JSON; with --watch, a line for each finding')
  command.option('--sarif', 'print SARIF 2.1.0')
}

/** Where things are remembered; `undefined` for nowhere. By the XDG base directories, whose paths must be absolute. */
export function cacheFolder(
  { cache }: Pick<ScanOptions, 'cache'>,
  env: Readonly<Record<string, string | undefined>>,
): string | undefined {
  if (cache === false) return undefined
  if (typeof cache === 'string') return cache
  const { XDG_CACHE_HOME: xdg, HOME: home } = env
  if (xdg !== undefined && isAbsolute(xdg)) return join(xdg, 'tocsin')
  return home !== undefined && isAbsolute(home) ? join(home, '.cache', 'tocsin') : undefined
}

/** Bytes, as in `4096`, `100K`, `1.5G`. */
export function sizeOf(text: string): number {
  const match = /^(\d+(?:\.\d+)?)([KMGT]?)$/i.exec(text)
  const bytes = match === null ? Number.NaN : Math.floor(Number(match[1]) * UNITS[match[2]!.toUpperCase()]!)
  if (Number.isSafeInteger(bytes)) return bytes
  throw new InvalidArgumentError('It must be a number of bytes, as in 4096, 100M or 4G.')
}

function jobsOf(text: string): number {
  const jobs = /^\d+$/.test(text) ? Number(text) : 0
  if (jobs >= 1 && jobs <= JOBS_MAX) return jobs
  throw new InvalidArgumentError(`It must be from 1 to ${JOBS_MAX}.`)
}

function gathered(text: string, before: readonly string[]): readonly string[] {
  return [...before, text]
}
