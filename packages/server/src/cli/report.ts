import { fail, ProblemError, unwrap } from '@tocsin/core/base'
import { KINDS } from '@tocsin/core/evidence'
import { guessSubject, subjectText } from '@tocsin/core/subject'
import type { WireEvidence } from '@tocsin/core/wire'
import { type CommandSpec, EXIT, REACHING } from './command.ts'
import { confidenceOf, instantOf } from './option-values.ts'
import { printJson, printLine } from './print.ts'
import { remoteNode } from './reach.ts'

interface ReportOptions {
  readonly kind: string
  readonly confidence?: number
  readonly observedAt?: string
  readonly related?: readonly string[]
  readonly group?: string
  readonly id?: string
  readonly revoke?: true
  readonly json?: true
}

/** `tocsin report`. */
export const report: CommandSpec<ReportOptions> = {
  name: 'report',
  summary: 'Report what was seen of a subject, or take a report back.',
  settings: REACHING,
  notes: `Kinds: ${KINDS.map(kind => kind.name).join(', ')}.`,
  examples: [
    'report 192.0.2.1 --kind spam-trap-hit',
    'report https://example.com/login --kind phishing-page --confidence 0.9 --related ip:192.0.2.1',
    'report 192.0.2.1 --kind spam-trap-hit --revoke',
  ],
  declare(command) {
    command.argument('<subject>', 'what was seen')
    command.requiredOption('--kind <KIND>', 'what it did, from the catalogue')
    command.option('--confidence <0-1>', 'how sure you are (default: 1)', confidenceOf)
    command.option('--observed-at <TIME>', 'when, as in 2026-06-30T12:00:00Z (default: now)', instantOf)
    command.option('--related <SUBJECT...>', 'what else was met in the same mail, page or download')
    command.option('--group <ID>', 'an opaque name of that mail, page or download')
    command.option('--id <ID>', 'your own name of this report: saying it again within 7 days changes nothing')
    command.option('--revoke', 'take back what was reported of this kind')
    command.option('--json', 'print JSON as the API answers it')
  },
  async run({ config, world, args, options }) {
    const { kind, related = [], revoke, json, confidence, observedAt, group, id } = options
    const subject = canonical(args[0]!)
    const node = remoteNode(config, world)
    if (revoke === true) {
      const retracted = await node.retract([{ subject, kind }])
      if (json === true) printJson(world.output, { retracted })
      else
        printLine(
          world.output,
          `${subject}: ${retracted === 0 ? 'nothing of yours to take back' : `took back ${kind}`}`,
        )
      return EXIT.allowed
    }
    const evidence: WireEvidence = {
      subject,
      kind: kind as WireEvidence['kind'],
      ...(confidence === undefined ? {} : { confidence }),
      ...(observedAt === undefined ? {} : { observedAt }),
      ...(group === undefined ? {} : { group }),
      ...(id === undefined ? {} : { id }),
      ...(related.length === 0 ? {} : { related: related.map(canonical) }),
    }
    const receipt = await node.report([evidence])
    const refusal = receipt.refused[0]
    if (json === true) printJson(world.output, receipt)
    else if (refusal === undefined) {
      printLine(world.output, `${subject}: ${receipt.duplicate > 0 ? 'known already' : `took ${kind}`}`)
    }
    if (refusal === undefined) return EXIT.allowed
    throw new ProblemError(fail('invalid', `Cannot report ${subject}: ${refusal.reason}`).problem)
  },
}

function canonical(text: string): string {
  return subjectText(unwrap(guessSubject(text)))
}
