import { basename } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import {
  isFewFiles,
  type Judge,
  LOOK_LIMITS,
  listFileJudge,
  NodeJudge,
  type Outcome,
  type ScanOptions as Settings,
  scan as scanTrees,
  silentJudge,
} from '../scan/index.ts'
import { type Call, type CommandSpec, EXIT, type ExitCode, REACHING } from './command.ts'
import { printLine } from './print.ts'
import { isUnavailable, reach } from './reach.ts'
import { cacheFolder, declareScan, type ScanOptions } from './scan-options.ts'
import { printOutcome } from './scan-print.ts'
import { progressLine } from './scan-progress.ts'
import type { Surroundings } from './surroundings.ts'

/** SHA-256 of nothing: asked to see whether anybody answers. */
const EMPTY_FILE = 'file:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'

/** `tocsin scan`. */
export const scan: CommandSpec<ScanOptions> = {
  name: 'scan',
  summary: 'Hash the files of folders, and those in their archives, and tell which are not allowed.',
  settings: REACHING,
  notes: [
    'Only hashes are asked, never names. What did not change since the last scan is not read again. Archives: zip, 7-Zip, tar,',
    'gzip, zstd and xz, in one another, and attachments of mails; what could not be opened is listed. Links within folders are not',
    'followed.',
    'Exit codes: 0 nothing found, 1 blocked, 2 error (also: something could not be read), 4 unsure (nobody answered; the next scan',
    'asks first for what is open). With several, the first of 1, 2, 4, 0.',
  ].join('\n'),
  examples: [
    'scan ~/Downloads',
    'scan /srv --exclude node_modules --exclude "*.iso" --one-file-system',
    'scan /srv/uploads --level high --json',
    'scan /home --list known-bad.txt --sarif > scan.sarif',
    'scan /srv/uploads --watch',
  ],
  unsure: true,
  declare: declareScan,
  async run(call) {
    const { options, world } = call
    if (options.json === true && options.sarif === true) throw conflict('--json', '--sarif')
    if (options.watch === true && options.sarif === true) throw conflict('--watch', '--sarif')
    return await withJudge(call, async judge => {
      const settings = settingsOf(options, world)
      if (options.watch !== true) return exitOf(await once(call, judge, settings))
      const { keepWatch } = await import('./scan-watch.ts')
      return await keepWatch(call, {
        first: () => once(call, judge, settings),
        again: roots => scanTrees(roots, judge, settings),
      })
    })
  },
}

/** One scan and its report. */
async function once(call: Call<ScanOptions>, judge: Judge, settings: Settings): Promise<Outcome> {
  const { args, options, world } = call
  const draw = progressLine(world)
  const startedAt = world.clock()
  const outcome = await scanTrees(args, judge, { ...settings, onProgress: draw.show }).finally(draw.clear)
  const seconds = Math.max(0.001, (world.clock() - startedAt) / 1000)
  const code = exitOf(outcome)
  for (const warning of outcome.warnings) printLine(world.errors, warning)
  if (options.sarif === true) {
    const { sarifOf } = await import('./scan-sarif.ts')
    world.output.write(`${JSON.stringify(sarifOf(outcome, code, world.version), undefined, 2)}\n`)
  } else printOutcome(world, outcome, { seconds, json: options.json === true, lines: options.watch === true })
  return outcome
}

/** The exit code of a scan. An unreadable file beside a blocked one must not turn "blocked" into an ordinary error. */
export function exitOf({ totals }: Outcome): ExitCode {
  if (totals.blocked > 0) return EXIT.blocked
  if (totals.failed > 0) return EXIT.error
  return totals.unsure > 0 ? EXIT.unsure : EXIT.allowed
}

function settingsOf(options: ScanOptions, world: Surroundings): Settings {
  const cache = cacheFolder(options, world.env)
  return {
    jobs: options.jobs,
    sizeMax: options.maxSize,
    oneFileSystem: options.oneFileSystem === true,
    excludes: options.exclude,
    ...(options.archives ? { archives: LOOK_LIMITS } : {}),
    ...(cache === undefined ? {} : { cache }),
    asksAgain: options.list === undefined,
    clock: world.clock,
  }
}

/** Whoever judges: the list, a node or, where none answers at an address of this machine, the data folder; else nobody. */
async function withJudge(call: Call<ScanOptions>, work: (judge: Judge) => Promise<ExitCode>): Promise<ExitCode> {
  const { config, world, options } = call
  if (options.list !== undefined) return await work(await judgeByList(options.list, call))
  const { level } = options
  const node = { answers: false }
  try {
    return await reach(config, world, async respondent => {
      // What goes wrong after this is dealt with by the judge, who does not begin again somewhere else.
      await respondent.check([EMPTY_FILE])
      node.answers = true
      const ask = (subjects: readonly string[]) => respondent.check(subjects)
      return await work(new NodeJudge(ask, level === undefined ? {} : { level }))
    })
  } catch (error) {
    if (node.answers || !isUnavailable(error)) throw error
    const { message } = error as ProblemError
    printLine(
      world.errors,
      `${message.replaceAll('\n', '; ')}. Files are hashed all the same; the next scan asks for them first.`,
    )
    return await work(silentJudge(message))
  }
}

async function judgeByList(path: string, { args, world }: Call<ScanOptions>): Promise<Judge> {
  return await listFileJudge(path, {
    name: `"${basename(path)}"`,
    isForFew: isFewFiles(args),
    onRefused: ({ refused, firstRefused }) => {
      const text = `${refused} lines of "${path}" hold no SHA-256 and are left out, the first is line ${firstRefused}`
      printLine(world.errors, text)
    },
  })
}

function conflict(one: string, other: string): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot use "${one}" with "${other}": it must be one of them` })
}
