/** What every figure is handed: how much to do, where to put things, and how to say what goes on. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Row } from './rows.ts'

/** One figure: a name to ask for it, what it is about, and the rows it gives. */
export interface Figure {
  readonly name: string
  readonly about: string
  /** Calls `add` for each row as soon as it is known, so that a failure later loses none. */
  measure(bench: Bench, add: (row: Row) => void): Promise<void>
}

/** The options of a run. */
export interface BenchOptions {
  readonly rounds: number
  readonly quick: boolean
  readonly full: boolean
  /** Settings of our node, as `TOCSIN_DNS_TTL_SECONDS`, beside those the bench needs itself. */
  readonly settings: Readonly<Record<string, string>>
  /** Where prepared data folders are kept between runs; without it they go with the run. */
  readonly keep: string | undefined
}

/** A run of the bench. */
export interface Bench extends BenchOptions {
  /** Entries of the lists: a million, or less where only the bench itself is tried. */
  readonly listed: number
  /** Seconds of load in each round. */
  readonly seconds: number
  /** A path for scratch, gone with the run. */
  scratch(name: string): string
  /** A path that is kept where the run was told to keep things. */
  kept(name: string): string
  /** Says what goes on, on standard error. */
  say(text: string): void
}

/** Opens a run; its scratch folder is removed when the process ends. */
export function openBench(options: BenchOptions): Bench {
  const folder = mkdtempSync(join(tmpdir(), 'tocsin-bench-'))
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }))
  const kept = options.keep ?? join(folder, 'kept')
  mkdirSync(kept, { recursive: true })
  const startedAt = performance.now()
  return {
    ...options,
    listed: options.quick ? 100_000 : 1_000_000,
    seconds: options.quick ? 2 : 6,
    scratch: name => join(folder, name),
    kept: name => join(kept, name),
    say: text => {
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(0).padStart(4)
      process.stderr.write(`${seconds} s  ${text}\n`)
    },
  }
}
