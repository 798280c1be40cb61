import { ProblemError } from '@tocsin/core/base'
import type { Config } from '../config/index.ts'
import { answersOf, mostSerious } from './check.ts'
import { type CommandSpec, EXIT, type ExitCode, REACHING } from './command.ts'
import { type InspectedFile, inspectFile } from './inspect-file.ts'
import { printFile, type ToldReputation } from './inspect-print.ts'
import { FILE_NAMES, type FileName, reputationOf } from './inspect-worst.ts'
import { paint, printJson } from './print.ts'
import { isUnavailable } from './reach.ts'
import type { Surroundings } from './surroundings.ts'

/** What came of one file. */
interface Report {
  readonly path: string
  readonly exit: ExitCode
  /** Absent where it could not be read. */
  readonly found?: InspectedFile
  readonly reputation?: ToldReputation
  readonly problem?: ProblemError
}

/** `tocsin inspect`. */
export const inspect: CommandSpec<{ readonly offline?: true; readonly json?: true }> = {
  name: 'inspect',
  summary: 'Tell the digests of files, what Android packages say of themselves, and their reputation.',
  settings: [...REACHING, 'policy.level'],
  notes: [
    'The digests alone are sent. The reputation is the worst of those of SHA-256, SHA-1 and MD5; being known good by',
    'SHA-1 or MD5 alone clears nothing. Exit codes are those of check: 0 allowed, 1 blocked, 2 error (as a file that',
    'cannot be read), 3 untested, 4 unsure: nobody answers, or nobody is asked because of --offline.',
    'With several files, the most serious: 2, then 1, 4, 3, 0. The policy flag counts where no node runs.',
  ].join('\n'),
  examples: ['inspect setup.exe', 'inspect app.apk invoice.pdf --json', 'inspect --offline app.apk'],
  declare(command) {
    command.argument('<file...>', 'a file on this machine; it is read and never executed')
    command.option('--offline', 'ask nobody for the reputation')
    command.option('--json', 'print JSON')
  },
  async run({ config, world, args, options }) {
    const looked: Report[] = []
    for (const path of args) looked.push(await lookAt(path))
    const reports = options.offline === true ? looked : await judged(looked, config, world)
    if (options.json === true) printJson(world.output, { files: reports.map(toJson) })
    else printAll(reports, world)
    return mostSerious(reports.map(({ exit }) => exit))
  },
}

/** Nothing is known of its reputation yet, so it is unsure. */
async function lookAt(path: string): Promise<Report> {
  try {
    return { path, found: await inspectFile(path), exit: EXIT.unsure }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { path, problem: error, exit: EXIT.error }
  }
}

/** Asks for all files together. What was found out is worth telling where nobody answers, too. */
async function judged(looked: readonly Report[], config: Config, world: Surroundings): Promise<readonly Report[]> {
  const subjects = looked.flatMap(({ found }) =>
    found === undefined ? [] : FILE_NAMES.map(name => subjectOf(found, name)),
  )
  try {
    const waiting = (await answersOf(subjects, config, world)).values()
    const next = (found: InspectedFile, name: FileName) =>
      waiting.next().value ?? { subject: subjectOf(found, name), error: 'the node left it out of its answer' }
    return looked.map(report => {
      const { found } = report
      if (found === undefined) return report
      // In the order of FILE_NAMES, as they were asked.
      const [sha256, sha1, md5] = [next(found, 'sha256'), next(found, 'sha1'), next(found, 'md5')]
      const reputation = reputationOf({ sha256, sha1, md5 })
      return { ...report, reputation, exit: reputation.exit }
    })
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    const exit = isUnavailable(error) ? EXIT.unsure : EXIT.error
    for (const line of error.message.split('\n')) complain(line, world)
    return looked.map(report =>
      report.found === undefined ? report : { ...report, reputation: { error: error.message }, exit },
    )
  }
}

function subjectOf(found: InspectedFile, name: FileName): string {
  return name === 'sha256' ? `file:${found.sha256}` : `file:${name}:${found[name]}`
}

function printAll(reports: readonly Report[], world: Surroundings): void {
  for (const [at, { path, found, reputation, problem }] of reports.entries()) {
    if (problem !== undefined) complain(problem.message, world)
    if (found === undefined) continue
    if (at > 0) world.output.write('\n')
    printFile(world.output, path, found, reputation)
  }
}

function complain(text: string, { errors }: Surroundings): void {
  errors.write(`${paint(errors, { text, colour: 'red' })}\n`)
}

function toJson({ path, found, reputation, problem }: Report): object {
  if (problem !== undefined) return { path, error: problem.message }
  return { path, ...found, ...(reputation === undefined ? {} : { reputation }) }
}
