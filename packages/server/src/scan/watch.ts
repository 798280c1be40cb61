/** Keeps an eye on trees. */
import { type FSWatcher, lstatSync, statSync, watch } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** What may have changed: these files and folders, or anything. */
export type Changes = readonly string[] | 'all'

/** When a watcher speaks, in milliseconds. */
export interface WatchTiming {
  /** After the last change, so that a file that is being written is looked at once. */
  readonly restMs: number
  /** After the first change at the latest. */
  readonly lateMs: number
  /** How often all is looked at, whatever was told; hashes are remembered, so that it costs a look at every file. */
  readonly rescanMs: number
  /** The same where the system does not tell changes: it has no watches left, or is a network's file system. */
  readonly blindRescanMs: number
}

/** Half a second of rest, ten minutes between full scans, one minute without watches. */
export const WATCH_TIMING: WatchTiming = { restMs: 500, lateMs: 5000, rescanMs: 600_000, blindRescanMs: 60_000 }

/** Paths of one call; more are told as `all`. */
const PATHS_MAX = 1000

/** How a watcher tells. */
export interface WatchPort {
  /** One at a time: what changes meanwhile is told after. A rejection ends the watch. */
  readonly changed: (changes: Changes) => Promise<void>
  /** Told once where changes cannot be watched, and why: all is then looked at every minute. */
  readonly blind: (why: string) => void
  readonly signal: AbortSignal
}

/**
 * Watches until the signal. The first that it tells is `all`, when the watches stand: what changes while that is looked at is told
 * after it. Rejects with what `changed` rejects with.
 */
export async function watchTrees(
  roots: readonly string[],
  port: WatchPort,
  timing: WatchTiming = WATCH_TIMING,
): Promise<void> {
  using trees = new Trees(roots, port, timing)
  await trees.untilEnd()
}

class Trees implements Disposable {
  readonly #port: WatchPort
  readonly #timing: WatchTiming
  readonly #watchers: FSWatcher[] = []
  readonly #end: PromiseWithResolvers<void> = Promise.withResolvers()
  #periodic: NodeJS.Timeout | undefined
  #paths = new Set<string>()
  #isAll = false
  #isBlind = false
  #firstAt: number | undefined
  #timer: NodeJS.Timeout | undefined
  #isTelling = false

  constructor(roots: readonly string[], port: WatchPort, timing: WatchTiming) {
    this.#port = port
    this.#timing = timing
    for (const root of roots) this.#watch(root)
    this.#startPeriodic()
    port.signal.addEventListener('abort', () => this.#end.resolve(), { once: true })
    if (port.signal.aborted) this.#end.resolve()
  }

  async untilEnd(): Promise<void> {
    this.#isAll = true
    this.#tell()
    await this.#end.promise
  }

  [Symbol.dispose](): void {
    clearInterval(this.#periodic)
    clearTimeout(this.#timer)
    for (const watcher of this.#watchers) watcher.close()
  }

  #watch(root: string): void {
    try {
      const isFolder = statSync(root).isDirectory()
      const watcher = watch(root, { recursive: isFolder })
      this.#watchers.push(watcher)
      // Some systems do not say what has changed, whatever the types say.
      watcher.on('change', (event, name: string | Buffer | null) => {
        if (name === null) this.#all()
        else this.#told(event, isFolder ? join(root, name.toString()) : root)
      })
      watcher.on('error', error => this.#goBlind(root, error))
    } catch (error) {
      this.#goBlind(root, error)
    }
  }

  #goBlind(root: string, error: unknown): void {
    if (this.#isBlind) return
    this.#isBlind = true
    const { code, message } = error as NodeJS.ErrnoException
    this.#port.blind(`Cannot watch "${root}": ${code ?? message}`)
    this.#startPeriodic()
    // A watch that broke off told nothing of what came meanwhile.
    this.#all()
  }

  #startPeriodic(): void {
    clearInterval(this.#periodic)
    const every = this.#isBlind ? this.#timing.blindRescanMs : this.#timing.rescanMs
    this.#periodic = setInterval(() => this.#all(), every)
  }

  #told(event: string, path: string): void {
    const named = nameable(path)
    const found = statOf(named)
    // A folder says "change" for every change in it, which is told by itself. What is scanned as a root is followed if it is
    // a link, and none within a tree is.
    if (found === undefined || found.isSymbolicLink() || (event === 'change' && named === path && found.isDirectory()))
      return
    this.#paths.add(named)
    if (this.#paths.size > PATHS_MAX) this.#isAll = true
    this.#later()
  }

  #all(): void {
    this.#isAll = true
    this.#later()
  }

  #later(): void {
    const now = performance.now()
    this.#firstAt ??= now
    clearTimeout(this.#timer)
    const wait = Math.min(this.#timing.restMs, Math.max(0, this.#firstAt + this.#timing.lateMs - now))
    this.#timer = setTimeout(() => this.#tell(), wait)
  }

  #tell(): void {
    if (this.#isTelling || this.#port.signal.aborted) return
    if (!this.#isAll && this.#paths.size === 0) return
    const changes: Changes = this.#isAll ? 'all' : [...this.#paths].filter(isThere)
    this.#paths = new Set()
    this.#isAll = false
    this.#firstAt = undefined
    if (changes.length === 0) return
    this.#isTelling = true
    this.#port.changed(changes).then(
      () => {
        this.#isTelling = false
        this.#tell()
      },
      (error: unknown) => this.#end.reject(error),
    )
  }
}

/** The path or, where it holds a name that is no text, the nearest folder that can be named. */
function nameable(path: string): string {
  let named = path
  while (named.includes('\ufffd') && basename(named) !== '') named = dirname(named)
  return named
}

function isThere(path: string): boolean {
  return statOf(path) !== undefined
}

function statOf(path: string) {
  try {
    return lstatSync(path, { throwIfNoEntry: false })
  } catch {
    // In a folder that may not be read; a scan of it says so.
    return undefined
  }
}
