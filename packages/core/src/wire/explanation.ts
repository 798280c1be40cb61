/** Explanations on the wire. */
import type { KindName } from '../evidence/index.ts'
import { VERDICTS } from '../verdict/index.ts'
import { MINED_PROPERTIES } from './mined.ts'
import type { FromSchema } from './schema.ts'

/** The kinds of evidence for people; each completes "it …". */
const MEANINGS: Readonly<Record<KindName, string>> = {
  listed: 'is on a list of threats',
  'listed-spam': 'is on a list of sources of spam',
  'listed-phishing': 'is on a list of phishing',
  'listed-malware': 'is on a list of malware',
  'listed-botnet': 'is on a list of botnets',
  'listed-attack': 'is on a list of attackers',
  'listed-scam': 'is on a list of scams',
  'policy-range': 'lies in a range that should not send mail',
  'spam-trap-hit': 'sent mail to a spam trap',
  'spam-sent': 'sent mail that a filter took for spam',
  complaint: 'sent mail that a recipient complained of',
  'brute-force': 'tried passwords',
  'port-scan': 'looked for open ports',
  'web-attack': 'attacked a web server',
  'phishing-page': 'shows a page that asks for secrets in the name of somebody else',
  'malware-hosted': 'hands out malware',
  'scam-page': 'shows a page of a scam',
  'malware-detected': 'was found to be malware',
  'command-and-control': 'gives orders to a botnet',
  'analyst-blocked': 'was blocked by an analyst',
  'analyst-cleared': 'was cleared by an analyst',
  certified: 'is certified',
  popular: 'is popular',
  'shared-host': 'is a host where anyone may publish',
  'known-good': 'is a file that is known to be good',
  'false-positive': 'was said to be listed by mistake',
  'suspicious-name': 'has a name as threats have',
  'bad-neighbourhood': 'lies among bad addresses on its network',
  'bad-mail-share': 'sends mail of which sites trap, refuse or complain of a large part',
  'sending-surge': 'sends far more mail than it used to',
  'botnet-sender': 'is one of many new senders that behave alike at once',
  'snowshoe-range': 'lies in a range whose new addresses share one load of bad mail',
  'bad-pages': 'has many bad pages below it',
  'fast-flux': 'moves between many networks and countries within days',
  'hosting-moved': 'has moved to other hosts',
  'newly-registered': 'was registered only lately',
  'similar-to-malware': 'is much like known malware',
}

/** What a kind of evidence means, completing "it …"; `undefined` for one that this version does not know. */
export function meaningOf(kind: string): string | undefined {
  return Object.hasOwn(MEANINGS, kind) ? MEANINGS[kind as KindName] : undefined
}

/** What is known of a subject beside its reputation. No evidence: the score does not read it. */
export const CONTEXT_SCHEMA = {
  type: 'object',
  required: ['attribution'],
  additionalProperties: false,
  properties: {
    asn: {
      type: 'object',
      required: ['number', 'name'],
      additionalProperties: false,
      properties: { number: { type: 'integer', minimum: 1 }, name: { type: 'string' } },
      description: 'The network that announces the address.',
    },
    country: { type: 'string', description: 'ISO 3166-1, two letters.' },
    ranges: {
      type: 'array',
      description: 'Published lists of ranges that hold the address.',
      items: {
        type: 'object',
        required: ['list', 'class'],
        additionalProperties: false,
        properties: { list: { type: 'string' }, class: { type: 'string' } },
      },
    },
    popularity: {
      type: 'object',
      required: ['name', 'rank'],
      additionalProperties: false,
      properties: { name: { type: 'string' }, rank: { type: 'integer', minimum: 1 } },
      description: 'The place of the name, or of one above it, in the list of popular names.',
    },
    attribution: {
      type: 'array',
      description: 'Where this comes from; to be shown with it.',
      items: {
        type: 'object',
        required: ['table', 'text', 'licence', 'date'],
        additionalProperties: false,
        properties: {
          table: { type: 'string' },
          text: { type: 'string' },
          licence: { type: 'string' },
          date: { type: 'string', description: 'The day of the data.' },
        },
      },
    },
  },
} as const

/** {@link CONTEXT_SCHEMA} as a type. */
export type WireContext = FromSchema<typeof CONTEXT_SCHEMA>

/** Every contribution to a score, and what would change the verdict. */
export const EXPLANATION_SCHEMA = {
  $id: 'Explanation',
  type: 'object',
  required: ['subject', 'at', 'score', 'verdict', 'logOdds', 'reason', 'contributions', 'changes'],
  additionalProperties: false,
  properties: {
    subject: { type: 'string' },
    at: { type: 'string', format: 'date-time', description: 'The time that the score is computed for.' },
    score: { type: 'integer', minimum: 0, maximum: 100 },
    verdict: { enum: VERDICTS },
    logOdds: {
      type: 'integer',
      description: 'Log-odds of "bad" in thousandths of a nat; the sum of the contributions.',
    },
    reason: { type: 'string' },
    protection: { enum: ['popular', 'certified'] },
    contributions: {
      type: 'array',
      items: {
        type: 'object',
        required: ['term', 'value'],
        additionalProperties: false,
        properties: {
          term: {
            enum: ['prior', 'evidence', 'relation', 'quorum', 'bound'],
            description: 'relation: what follows from a neighbour; such lines have via.',
          },
          value: { type: 'integer', description: 'Thousandths of a nat; positive is towards bad.' },
          kind: { type: 'string' },
          meaning: { type: 'string', description: 'The kind for people; completes "it …".' },
          source: {
            type: 'string',
            description: 'A feed by name; people who report only by how far they are trusted.',
          },
          confidence: { type: 'number', minimum: 0, maximum: 1 },
          observedAt: { type: 'string', format: 'date-time', description: 'Absent for a standing fact.' },
          ageHours: { type: 'number', minimum: 0 },
          halfLifeHours: { type: 'number', minimum: 0 },
          via: {
            type: 'object',
            description:
              'A subject that this one was met with, in one mail, page or download, and what is known of it.',
            required: ['subject', 'reason', 'organisations'],
            additionalProperties: false,
            properties: {
              subject: { type: 'string', description: 'Canonical; type and digest where the text is not known.' },
              reason: { type: 'string', description: 'Completes "it is …".' },
              organisations: { type: 'integer', minimum: 1, description: 'How many organisations say so.' },
            },
          },
        },
      },
    },
    changes: { type: 'array', items: { type: 'string' }, description: 'Sentences: what would change the verdict.' },
    matches: {
      type: 'array',
      description: 'Entries of less specific expressions that a lookup of this subject meets too.',
      items: {
        type: 'object',
        required: ['subject', 'score', 'verdict'],
        additionalProperties: false,
        properties: { subject: { type: 'string' }, score: { type: 'integer' }, verdict: { enum: VERDICTS } },
      },
    },
    history: {
      type: 'array',
      description:
        'What lookups said before, and say now: oldest first, to the present. A year and 64 changes at most; changes of less than 5 points within one verdict are not told apart.',
      items: {
        type: 'object',
        required: ['score', 'verdict', 'reason'],
        additionalProperties: false,
        properties: {
          from: { type: 'string', format: 'date-time', description: 'Absent where it was not noted.' },
          until: { type: 'string', format: 'date-time', description: 'Absent where it goes on.' },
          score: { type: 'integer', minimum: 0, maximum: 100 },
          verdict: { enum: VERDICTS },
          reason: { type: 'string' },
        },
      },
    },
    context: CONTEXT_SCHEMA,
    ...MINED_PROPERTIES,
  },
} as const

/** {@link EXPLANATION_SCHEMA} as a type. */
export type WireExplanation = FromSchema<typeof EXPLANATION_SCHEMA>
