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
import type { Reason } from './reasons.ts'

/** What saturates together: within one category a source cannot say more than the category's cap. */
export type Category =
  | 'listing'
  | 'trap'
  | 'complaint'
  | 'attack'
  | 'finding'
  | 'detection'
  | 'botnet'
  | 'decision'
  | 'recognition'
  | 'appeal'
  | 'relation'
  | 'name'
  | 'neighbourhood'
  | 'behaviour'
  | 'pages'
  | 'hosting'
  | 'similarity'

/** The most that one source can contribute to one category, in millinats before trust: `C` of the score. */
export const CATEGORY_CAPS: Readonly<Record<Category, number>> = {
  listing: 2500,
  trap: 2500,
  complaint: 1500,
  attack: 2000,
  finding: 2500,
  detection: 3000,
  botnet: 2500,
  decision: 6000,
  recognition: 4000,
  // What is met together with bad things: no kind has it, it is derived (scoring/correlation.ts). Assumed: less than a
  // listing, so that company alone never weighs as much as what is said of a subject itself.
  relation: 1500,
  // An objection weighs nothing against a listing; who has looked says `analyst-cleared`.
  appeal: 300,
  // What follows is derived by the node itself, at the trust of a feed. A name alone never blocks at medium: ⌊0.8 · 310⌋
  // beside the prior is a score of 66.
  name: 310,
  // No more than highly suspicious: an address is not its neighbours.
  neighbourhood: 800,
  behaviour: 1800,
  pages: 1500,
  hosting: 900,
  // Just highly suspicious: two files may be alike and one of them harmless.
  similarity: 1000,
}

/** Which of the few ways a protected subject is protected. */
export type Protection = 'popular' | 'certified'

/**
 * Least authority that may send a kind: `reporter` is anyone with a sensor key. What is `derived` comes from the node
 * alone, which works it out from what others said.
 */
export type KindAuthority = 'reporter' | 'feed' | 'analyst' | 'derived'

/** One row of the catalogue. */
export interface Kind {
  readonly name: KindName
  /** `bad` lowers a score, `good` raises it. */
  readonly direction: 'bad' | 'good'
  readonly category: Category
  /** Millinats at confidence 1, age 0, trust 1. */
  readonly weight: number
  /** Hours after which an event weighs half. Absent: a standing fact, which has no age while it is affirmed. */
  readonly halfLifeHours?: number
  readonly types: readonly SubjectType[]
  readonly reason: Reason
  readonly authority: KindAuthority
  /** Makes its subject a protected one: a quorum is needed to block it. */
  readonly protects?: Protection
  /** Ends a lookup's walk to less specific expressions. */
  readonly stops?: true
  /** Where the weight and the half-life come from. */
  readonly origin: string
}

const ANY: readonly SubjectType[] = ['ip', 'net', 'domain', 'url', 'file']
const NETWORK: readonly SubjectType[] = ['ip', 'net']
const SENDER: readonly SubjectType[] = ['ip', 'net', 'domain']
const WEB: readonly SubjectType[] = ['domain', 'url']
const DERIVED = 'derived' as const
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
  {
    name: 'suspicious-name',
    direction: 'bad',
    category: 'name',
    weight: 310,
    types: WEB,
    reason: 'name',
    authority: DERIVED,
    origin: 'decided: suspicious at most; confidence is fitted, see scoring/signs',
  },
  {
    name: 'bad-neighbourhood',
    direction: 'bad',
    category: 'neighbourhood',
    weight: 800,
    types: NETWORK,
    reason: 'neighbourhood',
    authority: DERIVED,
    origin: 'cap decided: highly suspicious at most; confidence from the share of listed neighbours',
  },
  {
    name: 'bad-mail-share',
    direction: 'bad',
    category: 'behaviour',
    weight: 1400,
    halfLifeHours: 12,
    types: NETWORK,
    reason: 'sending',
    authority: DERIVED,
    origin: 'assumed; of the mail that sites counted so much was trapped, complained of or refused',
  },
  {
    name: 'sending-surge',
    direction: 'bad',
    category: 'behaviour',
    weight: 500,
    halfLifeHours: 6,
    types: NETWORK,
    reason: 'sending',
    authority: DERIVED,
    origin: 'assumed; more mail than its own history lets expect: suspicious, newsletters do it too',
  },
  {
    name: 'botnet-sender',
    direction: 'bad',
    category: 'behaviour',
    weight: 1300,
    halfLifeHours: 12,
    types: ['ip'],
    reason: 'botnet',
    authority: DERIVED,
    origin: 'assumed; one of many new senders that behave alike at once',
  },
  {
    name: 'snowshoe-range',
    direction: 'bad',
    category: 'behaviour',
    weight: 1600,
    halfLifeHours: 24,
    types: NETWORK,
    reason: 'sending',
    authority: DERIVED,
    origin: 'assumed; a range whose new addresses share one load of bad mail',
  },
  {
    name: 'bad-pages',
    direction: 'bad',
    category: 'pages',
    weight: 1500,
    types: ['domain'],
    reason: 'malware',
    authority: DERIVED,
    origin: 'assumed; confidence from number and share of bad pages below it',
  },
  {
    name: 'fast-flux',
    direction: 'bad',
    category: 'hosting',
    weight: 900,
    halfLifeHours: 3 * DAY,
    types: ['domain'],
    reason: 'hosting',
    authority: DERIVED,
    origin: 'assumed; many networks and countries within days',
  },
  {
    name: 'hosting-moved',
    direction: 'bad',
    category: 'hosting',
    weight: 250,
    halfLifeHours: 14 * DAY,
    types: ['domain'],
    reason: 'hosting',
    authority: DERIVED,
    origin: 'assumed; sites move, so little',
  },
  {
    name: 'newly-registered',
    direction: 'bad',
    category: 'hosting',
    weight: 300,
    halfLifeHours: 14 * DAY,
    types: ['domain'],
    reason: 'hosting',
    authority: DERIVED,
    origin: 'assumed; observedAt is the registration, so it fades with the age of the domain',
  },
  {
    name: 'similar-to-malware',
    direction: 'bad',
    category: 'similarity',
    weight: 1000,
    types: ['file'],
    reason: 'similar',
    authority: DERIVED,
    origin: 'assumed; confidence from the TLSH distance',
  },
] as const satisfies readonly KindRow[]

type KindRow = Omit<Kind, 'name'> & { readonly name: string }

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
