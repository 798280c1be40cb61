/** `tocsin scan --watch`: what changes is scanned, and what was not told yet is told. */
import { resolve } from 'node:path'
import { exclusionOf, type Finding, isWithinExcluded, type Outcome, watchTrees } from '../scan/index.ts'
import { type Call, EXIT, type ExitCode } from './command.ts'
import { printLine } from './print.ts'
import type { ScanOptions } from './scan-options.ts'
import { printFindingLines, printFindings, printUnseen } from './scan-print.ts'

/** Findings that were told and are not told again; beyond that, some are. */
const TOLD_MAX = 100_000

/** How a watch scans. */
export interface Scans {
  /** Everything, with its report. */
  readonly first: () => Promise<Outcome>
  /** These roots, in the same way, without a report. */
  readonly again: (roots: readonly string[]) => Promise<Outcome>
}

/** Watches until asked to end, and then exits with 0: whoever watches reads the findings as they come. */
export async function keepWatch({ args, options, world }: Call<ScanOptions>, scans: Scans): Promise<ExitCode> {
  const told = new Set<string>()
  const fresh = (findings: readonly Finding[]) => findings.filter(finding => isNew(told, finding))
  const stop = new AbortController()
  const asked = world.untilAsked().then(() => stop.abort())
  const roots = args.map(path => resolve(path))
  const excludes = exclusionOf(options.exclude)
  let isFirst = true
  await watchTrees(roots, {
    signal: stop.signal,
    changed: async changes => {
      if (isFirst) {
        isFirst = false
        fresh((await scans.first()).findings)
        return
      }
      const touched = changes === 'all' ? roots : changes.filter(path => !isWithinExcluded(path, roots, excludes))
      if (touched.length === 0) return
      const outcome = await scans.again(touched)
      for (const warning of outcome.warnings) printLine(world.errors, warning)
      if (options.json !== true) printUnseen(world.errors, outcome)
      const untold = fresh(outcome.findings)
      if (options.json === true) printFindingLines(world.output, untold)
      else printFindings(world.output, untold)
    },
    blind: why => printLine(world.errors, `${why}. All is looked at once a minute instead.`),
  })
  await asked
  return EXIT.allowed
}

function isNew(told: Set<string>, { path, member, sha256, judgement }: Finding): boolean {
  const key = `${judgement.is} ${sha256} ${path}\0${member ?? ''}`
  if (told.has(key)) return false
  if (told.size >= TOLD_MAX) told.clear()
  told.add(key)
  return true
}
