/** A scan in SARIF 2.1.0 (OASIS standard, errata 01), as code hosts and editors read it. */
import { type Finding, type Note, type Outcome, type Place, uriOf } from '../scan/index.ts'
import type { ExitCode } from './command.ts'
import { placeText } from './scan-print.ts'

const SCHEMA = 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json'

const RULES = [
  {
    id: 'blocked-file',
    shortDescription: { text: 'A file whose reputation is bad' },
    defaultConfiguration: { level: 'error' },
  },
  {
    id: 'unsure-file',
    shortDescription: { text: 'A file of which nothing is known because nobody answered' },
    defaultConfiguration: { level: 'warning' },
  },
] as const

/** The log of one scan. */
export function sarifOf(outcome: Outcome, exitCode: ExitCode, version: string) {
  const { findings, failed, unopened, tooLarge, warnings } = outcome
  const notifications = [
    ...failed.map(note => notification('error', 'Cannot read', note)),
    ...unopened.map(note => notification('warning', 'Cannot open', note)),
    ...tooLarge.map(note => notification('note', 'Left out', note)),
    ...warnings.map(text => ({ level: 'warning', message: { text } })),
  ]
  const invocation = {
    executionSuccessful: outcome.totals.failed === 0,
    exitCode,
    toolExecutionNotifications: notifications,
  }
  const run = {
    tool: { driver: { name: 'Tocsin', version, rules: RULES } },
    invocations: [invocation],
    results: findings.map(resultOf),
  }
  return { $schema: SCHEMA, version: '2.1.0', runs: [run] }
}

function resultOf(finding: Finding) {
  const { sha256, judgement } = finding
  const { is, verdict, score, reason } = judgement
  const ruleIndex = is === 'blocked' ? 0 : 1
  const rule = RULES[ruleIndex]
  return {
    ruleId: rule.id,
    ruleIndex,
    level: rule.defaultConfiguration.level,
    message: { text: `${placeText(finding)}: ${verdict ?? is}: ${reason}` },
    locations: [locationOf(finding)],
    fingerprints: { 'sha256/v1': sha256 },
    properties: { ...(verdict === undefined ? {} : { verdict }), ...(score === undefined ? {} : { score }) },
  }
}

function notification(level: 'error' | 'warning' | 'note', what: string, note: Note) {
  return { level, message: { text: `${what} ${placeText(note)}: ${note.reason}` }, locations: [locationOf(note)] }
}

function locationOf({ path, member }: Place) {
  return {
    physicalLocation: { artifactLocation: { uri: uriOf(path) } },
    ...(member === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: member }] }),
  }
}
