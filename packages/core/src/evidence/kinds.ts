/**
 * The catalogue of evidence kinds: one table, read by the intake (what is well-formed), the scorer (what it weighs), the
 * documentation and the doors (what to call it).
 *
 * Weights are natural log-odds in thousandths (millinats): 1000 multiplies the odds of "bad" by e. Where `origin` says
 * `assumed`, no data set at hand supports the figure yet and it is chosen so that the marks of the score hold (one
 * listing of trust 0.8 gives 50 or less: 12/15 · weight ≥ 876); a fit replaces it when labelled data allow.
 *
 * Every exculpating kind is standing. Time alone can thus only carry a verdict towards `untested`, never towards worse,
 * which is what lets every reader apply time by itself (see `verdict/entry.ts`).
 */
import type { SubjectType } from '../subject/index.ts'
import type { KindRow } from './category.ts'
import { DERIVED_KINDS } from './derived-kinds.ts'

/** One row of the catalogue. */
export interface Kind extends KindRow {
  readonly name: KindName
}

const ANY: readonly SubjectType[] = ['ip', 'net', 'domain', 'url', 'file']
const NETWORK: readonly SubjectType[] = ['ip', 'net']
const SENDER: readonly SubjectType[] = ['ip', 'net', 'domain']
const WEB: readonly SubjectType[] = ['domain', 'url']
const PLACE: readonly SubjectType[] = ['ip', 'net', 'domain', 'url']
const DAY = 24

const ASSUMED = 'assumed; one listing by a configured feed must give 50 or less'

/**
 * All kinds. A name that is published stays; a kind that is no longer used keeps its row.
 *
 * Half-lives: of the addresses on a list of attackers 81 % are there 7 days later and 39 % after 30
 * (`Data-Shield_IPv4_Blocklist`, April to June 2026), which an exponential of about 23 days fits; addresses are reused
 * faster than pages are cleaned, and files do not change at all.
 */
export const KINDS = [
  {
    name: 'listed',
    direction: 'bad',
    category: 'listing',
    weight: 2000,
    types: ANY,
    reason: 'listed',
    authority: 'reporter',
    origin: ASSUMED,
  },
  {
    name: 'listed-spam',
    direction: 'bad',
    category: 'listing',
    weight: 2000,
    types: PLACE,
    reason: 'spam',
    authority: 'reporter',
    origin: ASSUMED,
  },
  {
    name: 'listed-phishing',
    direction: 'bad',
    category: 'listing',
    weight: 2200,
    types: PLACE,
    reason: 'phishing',
    authority: 'reporter',
    origin: ASSUMED,
  },
  {
    name: 'listed-malware',
    direction: 'bad',
    category: 'listing',
    weight: 2200,
    types: ANY,
    reason: 'malware',
    authority: 'reporter',
    origin: ASSUMED,
  },
  {
    name: 'listed-botnet',
    direction: 'bad',
    category: 'listing',
    weight: 2200,
    types: PLACE,
    reason: 'botnet',
    authority: 'reporter',
    origin: ASSUMED,
  },
  {
    name: 'listed-attack',
    direction: 'bad',
    category: 'listing',
    weight: 2000,
    types: PLACE,
    reason: 'attack',
    authority: 'reporter',
    origin: ASSUMED,
  },
  {
    name: 'listed-scam',
    direction: 'bad',
    category: 'listing',
    weight: 2000,
    types: WEB,
    reason: 'scam',
    authority: 'reporter',
    origin: ASSUMED,
  },
  {
    name: 'policy-range',
    direction: 'bad',
    category: 'listing',
    weight: 500,
    types: NETWORK,
    reason: 'policy',
    authority: 'feed',
    origin: 'assumed; says that no mail server should be here, not that one is bad',
  },
  {
    name: 'spam-trap-hit',
    direction: 'bad',
    category: 'trap',
    weight: 2000,
    halfLifeHours: 3 * DAY,
    types: SENDER,
    reason: 'spam',
    authority: 'reporter',
    origin: 'assumed; a trap has no legitimate mail, so near a listing',
  },
  {
    name: 'spam-sent',
    direction: 'bad',
    category: 'trap',
    weight: 1200,
    halfLifeHours: 2 * DAY,
    types: SENDER,
    reason: 'spam',
    authority: 'reporter',
    origin: 'assumed; a filter judged it, with its own errors',
  },
  {
    name: 'complaint',
    direction: 'bad',
    category: 'complaint',
    weight: 600,
    halfLifeHours: 3 * DAY,
    types: SENDER,
    reason: 'complaint',
    authority: 'reporter',
    origin: 'assumed; people also complain of what they asked for',
  },
  {
    name: 'brute-force',
    direction: 'bad',
    category: 'attack',
    weight: 1800,
    halfLifeHours: 23 * DAY,
    types: ['ip', 'net'],
    reason: 'attack',
    authority: 'reporter',
    origin: 'weight assumed; half-life of attackers, see above',
  },
  {
    name: 'port-scan',
    direction: 'bad',
    category: 'attack',
    weight: 800,
    halfLifeHours: 7 * DAY,
    types: ['ip', 'net'],
    reason: 'attack',
    authority: 'reporter',
    origin: 'assumed; research scanners do it too',
  },
  {
    name: 'web-attack',
    direction: 'bad',
    category: 'attack',
    weight: 1800,
    halfLifeHours: 23 * DAY,
    types: ['ip', 'net'],
    reason: 'attack',
    authority: 'reporter',
    origin: 'weight assumed; half-life of attackers, see above',
  },
  {
    name: 'phishing-page',
    direction: 'bad',
    category: 'finding',
    weight: 2200,
    halfLifeHours: 7 * DAY,
    types: WEB,
    reason: 'phishing',
    authority: 'reporter',
    origin: 'assumed; phishing pages live for days',
  },
  {
    name: 'malware-hosted',
    direction: 'bad',
    category: 'finding',
    weight: 2200,
    halfLifeHours: 14 * DAY,
    types: PLACE,
    reason: 'malware',
    authority: 'reporter',
    origin: 'assumed',
  },
  {
    name: 'scam-page',
    direction: 'bad',
    category: 'finding',
    weight: 1800,
    halfLifeHours: 30 * DAY,
    types: WEB,
    reason: 'scam',
    authority: 'reporter',
    origin: 'assumed',
  },
  {
    name: 'malware-detected',
    direction: 'bad',
    category: 'detection',
    weight: 2500,
    halfLifeHours: 365 * DAY,
    types: ['file'],
    reason: 'malware',
    authority: 'reporter',
    origin: 'assumed; a file does not change, only the judgement of it',
  },
  {
    name: 'command-and-control',
    direction: 'bad',
    category: 'botnet',
    weight: 2200,
    halfLifeHours: 14 * DAY,
    types: PLACE,
    reason: 'botnet',
    authority: 'reporter',
    origin: 'assumed',
  },
  {
    name: 'analyst-blocked',
    direction: 'bad',
    category: 'decision',
    weight: 4000,
    types: ANY,
    reason: 'analyst',
    authority: 'analyst',
    origin: 'decided: outweighs two recognitions',
  },
  {
    name: 'analyst-cleared',
    direction: 'good',
    category: 'decision',
    weight: 6000,
    types: ANY,
    reason: 'cleared',
    authority: 'analyst',
    stops: true,
    origin: 'decided: outweighs any listing',
  },
  {
    name: 'certified',
    direction: 'good',
    category: 'recognition',
    weight: 3000,
    types: ANY,
    reason: 'certified',
    authority: 'feed',
    protects: 'certified',
    stops: true,
    origin: 'assumed',
  },
  {
    name: 'popular',
    direction: 'good',
    category: 'recognition',
    weight: 700,
    types: ANY,
    reason: 'popular',
    authority: 'feed',
    protects: 'popular',
    origin: 'assumed; 12/15 · 700 reaches 81',
  },
  {
    name: 'shared-host',
    direction: 'good',
    category: 'recognition',
    weight: 100,
    types: ['domain'],
    reason: 'popular',
    authority: 'feed',
    protects: 'certified',
    origin: 'decided: whoever wants to may publish beneath it, which speaks neither for it nor against it as a whole',
  },
  {
    name: 'known-good',
    direction: 'good',
    category: 'recognition',
    weight: 3000,
    types: ['file'],
    reason: 'known-good',
    authority: 'feed',
    protects: 'certified',
    origin: 'assumed; hash lists of distributions',
  },
  {
    name: 'false-positive',
    direction: 'good',
    category: 'appeal',
    weight: 300,
    types: ANY,
    reason: 'appealed',
    authority: 'reporter',
    origin: 'decided: an objection is on record and moves little until somebody has looked',
  },
  ...DERIVED_KINDS,
] as const satisfies readonly KindRow[]

/** The name of a kind, as it stands on the wire. */
export type KindName = (typeof KINDS)[number]['name']

const BY_NAME: ReadonlyMap<string, Kind> = new Map<string, Kind>(KINDS.map(kind => [kind.name, kind]))

/** The row of a kind; `undefined` for a name that the catalogue does not have. */
export function kindOf(name: KindName): Kind
export function kindOf(name: string): Kind | undefined
export function kindOf(name: string): Kind | undefined {
  return BY_NAME.get(name)
}

/**
 * Whether the node worked it out from what others said. What is derived is nobody's word: it counts for no quorum, and
 * nothing is derived from it in turn.
 */
export function isDerived(kind: Kind): boolean {
  return kind.authority === 'derived'
}

/** Whether the kind is an event, which decays, rather than a standing fact. */
export function isEvent(kind: Kind): kind is Kind & { readonly halfLifeHours: number } {
  return kind.halfLifeHours !== undefined
}
