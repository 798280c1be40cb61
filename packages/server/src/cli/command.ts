import type { Command } from 'commander'
import type { Config, SettingPath } from '../config/index.ts'
import type { Surroundings } from './surroundings.ts'

/** The exit codes of all commands; the ones of `check` say more than success. */
export const EXIT = { allowed: 0, blocked: 1, error: 2, untested: 3, unsure: 4 } as const

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT]

/** What a command is run with. */
export interface Call<O> {
  readonly config: Config
  readonly world: Surroundings
  /** Positional arguments, variadic ones spread. */
  readonly args: readonly string[]
  readonly options: O
}

/** One command of the program. */
export interface CommandSpec<O = unknown> {
  /** As it is typed; two words for a command below another. */
  readonly name: string
  readonly summary: string
  /** The settings that it takes as flags, beside `--config`. */
  readonly settings: readonly SettingPath[]
  /** Lines below "Examples" in its help. */
  readonly examples: readonly string[]
  /** More text for the help, above the examples. */
  readonly notes?: string
  /** Declares arguments and options of its own. */
  declare(command: Command): void
  /** Runs it. A rejection with a `ProblemError` is printed and exits with 2, or 4 where `unsure` says so. */
  run(call: Call<O>): Promise<ExitCode>
  /** Whether "nobody answers" exits with 4 rather than 2. */
  readonly unsure?: true
}

/** The settings of every command that talks to a node. */
export const REACHING: readonly SettingPath[] = ['server', 'key', 'data']
