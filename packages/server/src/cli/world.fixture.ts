/** A world for the tests of the commands: a node that answers from a table, and screens that remember. */
import { ProblemError } from '@tocsin/core/base'
import type { WireAnswer, WireExplanation, WireImport } from '@tocsin/core/wire'
import type { OpenFolder, Output, RemoteNode, Surroundings } from './surroundings.ts'

/** Surroundings with what was written to them. */
export interface FakeWorld extends Surroundings {
  readonly told: { output: string; errors: string }
  /** What was asked of whom, in order. */
  readonly calls: string[]
}

/** An answer of a node. */
export function answer(subject: string, part: Partial<WireAnswer> = {}): WireAnswer {
  const base = {
    score: 71,
    verdict: 'untested',
    action: 'allow',
    state: 'fresh',
    ageSeconds: 0,
    reason: 'unknown',
  } as const
  return { subject, ...base, ...part }
}

const BAD = { score: 12, verdict: 'dangerous', action: 'block', reason: 'listed' } as const

/** Answers by subject; all others are untested. */
export const ANSWERS: Readonly<Record<string, WireAnswer>> = {
  'ip:192.0.2.1': answer('ip:192.0.2.1', { ...BAD, matched: 'net:192.0.2.0/24', lapsesAt: '2026-12-01T00:00:00.000Z' }),
  'ip:192.0.2.2': answer('ip:192.0.2.2', { score: 95, verdict: 'safe' }),
  'ip:192.0.2.3': answer('ip:192.0.2.3', { ...BAD, state: 'stale', ageSeconds: 90 }),
  'ip:192.0.2.4': answer('ip:192.0.2.4', { state: 'unavailable' }),
}

/** The explanation of everything. */
export const EXPLANATION: WireExplanation = {
  subject: 'ip:192.0.2.1',
  at: '2026-11-22T00:00:00.000Z',
  score: 18,
  verdict: 'dangerous',
  logOdds: 1516,
  reason: 'listed as a threat',
  contributions: [
    { term: 'prior', value: -895 },
    { term: 'evidence', value: 1760, kind: 'listed-botnet', source: 'drop\u001b[2J', confidence: 1 },
    { term: 'evidence', value: 651, kind: 'brute-force', source: 'a new reporter', ageHours: 30.2, halfLifeHours: 552 },
  ],
  changes: ['Without drop it would be suspicious.'],
  matches: [{ subject: 'net:192.0.2.0/24', score: 40, verdict: 'dangerous' }],
}

/** How a world differs from one with a node that answers. */
export interface Differences {
  readonly env?: Readonly<Record<string, string>>
  readonly input?: readonly string[]
  readonly node?: Partial<RemoteNode>
  readonly folder?: Partial<OpenFolder>
  readonly isTerminal?: boolean
  /** What the data folder's opening fails with. */
  readonly held?: true
}

/** Makes a world. Its clock moves by a second whenever it is read. */
export function fakeWorld({
  env = {},
  input = [],
  node = {},
  folder = {},
  isTerminal = false,
  held,
}: Differences = {}): FakeWorld {
  const told = { output: '', errors: '' }
  const calls: string[] = []
  let time = Date.parse('2026-11-22T00:00:00Z')
  const screen = (name: 'output' | 'errors'): Output => ({
    write: text => {
      told[name] += text
    },
    isTerminal,
    colours: false,
  })
  const respondent = (whose: string) => ({
    check: async (subjects: readonly string[]) => {
      calls.push(`${whose} check ${subjects.join(' ')}`)
      return subjects.map(subject => ANSWERS[subject] ?? answer(subject))
    },
    explain: async () => EXPLANATION,
    importList: async (source: string, chunks: AsyncIterable<Uint8Array>, meaning: object): Promise<WireImport> => {
      calls.push(`${whose} import ${source} ${JSON.stringify(meaning)}`)
      const text = (await Array.fromAsync(chunks, chunk => Buffer.from(chunk).toString())).join('')
      calls.push(text)
      const lines = text.split('\n').length - 1
      const refusals = [{ line: lines, reason: 'no' }]
      return { source, lines, accepted: lines - 1, refused: 1, skipped: 0, retracted: 0, refusals }
    },
  })
  return {
    told,
    calls,
    version: '1.2.3',
    env,
    input: bytes(input),
    output: screen('output'),
    errors: screen('errors'),
    clock: () => (time += 1000),
    connect(server, key) {
      calls.push(`connect ${server} ${key ?? '-'}`)
      return {
        ...respondent('node'),
        now: async () => time,
        report: async evidence => {
          calls.push(`report ${JSON.stringify(evidence)}`)
          return { accepted: evidence.length, duplicate: 0, refused: [] }
        },
        retract: async items => {
          calls.push(`retract ${JSON.stringify(items)}`)
          return items.length
        },
        addKey: async ({ name, role }) => ({ ...KEY, name, role, token: 'secret' }),
        listKeys: async () => [KEY],
        revokeKey: async name => void calls.push(`revoke ${name}`),
        revokeAndRetract: async name => calls.push(`revoke ${name} with all it said`),
        openEnrolment: async wanted => {
          calls.push(`enrol ${JSON.stringify(wanted)}`)
          return { ...ENROLMENT, name: wanted.name, token: 'tocsin-enrol_secret' }
        },
        listEnrolments: async () => [ENROLMENT],
        cancelEnrolment: async name => void calls.push(`cancel ${name}`),
        // They are tried against a node that runs: feeds.test.ts.
        feeds: undefined as never,
        // Likewise: feedback.test.ts, trust.test.ts, appeals.test.ts.
        feedback: undefined as never,
        appeals: undefined as never,
        trust: undefined as never,
        unknown: undefined as never,
        ...node,
      }
    },
    openFolder: async config => {
      calls.push(`open ${config.data}`)
      if (held === true) throw unavailable('a node holds it')
      return { ...respondent('folder'), [Symbol.asyncDispose]: async () => void calls.push('close'), ...folder }
    },
    isHeld: async () => held === true,
    start: async () => {
      calls.push('start')
      return {
        httpUrl: 'http://127.0.0.1:1',
        dnsAddress: '127.0.0.1:2',
        [Symbol.asyncDispose]: async () => void calls.push('stop'),
      }
    },
    startRelay: async config => {
      calls.push(`relay ${config.gateway ?? '-'}`)
      return { url: 'http://127.0.0.1:3', [Symbol.asyncDispose]: async () => void calls.push('stop') }
    },
    startEdge: async config => {
      calls.push(`start edge ${config.upstream.join(' ')}`)
      return {
        httpUrl: 'http://127.0.0.1:1',
        dnsAddress: '127.0.0.1:2',
        [Symbol.asyncDispose]: async () => void calls.push('stop'),
      }
    },
    untilAsked: async () => undefined,
  }
}

/** The error of something that does not answer. */
export function unavailable(message = 'Cannot reach the node'): ProblemError {
  return new ProblemError({ code: 'unavailable', message })
}

/** A node that does not answer to anything. */
export const SILENT: Partial<RemoteNode> = Object.fromEntries(
  [
    'check',
    'explain',
    'importList',
    'now',
    'report',
    'retract',
    'addKey',
    'listKeys',
    'revokeKey',
    'revokeAndRetract',
    'openEnrolment',
    'listEnrolments',
    'cancelEnrolment',
  ].map(name => [
    name,
    async () => {
      throw unavailable()
    },
  ]),
)

const ENROLMENT = {
  name: 'e',
  role: 'sensor',
  organisation: 'o',
  trust: 0.3,
  createdAt: '2026-11-22T00:00:00.000Z',
  expiresAt: '2026-11-23T00:00:00.000Z',
} as const

const KEY = {
  name: 'k',
  role: 'reader',
  organisation: 'o',
  trust: 0.3,
  createdAt: '2026-11-22T00:00:00.000Z',
  dnsLabel: 'abc',
} as const

async function* bytes(texts: readonly string[]) {
  for (const text of texts) yield Buffer.from(text)
}
