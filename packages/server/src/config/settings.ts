/**
 * All settings: the one place that knows their names, defaults and meaning. The checks, the command line, the pages of
 * the documentation and the schema for editors are read from it.
 *
 * Names follow one rule. `dns.ttlSeconds` in `tocsin.yaml` is `TOCSIN_DNS_TTL_SECONDS` in the environment and
 * `--dns-ttl-seconds` on the command line; `http.listen` and `dns.listen` drop their last word: `TOCSIN_HTTP`, `--http`.
 */
import { AGGRESSIVENESS, FEEDBACK_MODES, LEVELS, SUBJECT_TYPES, SUBMIT_POLICIES } from './words.ts'
import {
  baseUrl,
  baseUrls,
  bytes,
  choice,
  count,
  enrolmentToken,
  hostName,
  hostNames,
  listen,
  networks,
  onOrOff,
  type Reader,
  seconds,
  step,
  subjects,
  subjectTypes,
  text,
} from './readers.ts'

/** One row of the table. */
export interface Setting<T = unknown> {
  readonly reader: Reader<T>
  /** As it would stand in `tocsin.yaml`, read like any other value; `undefined` where the setting has none. */
  readonly default: string | number | boolean | readonly string[] | undefined
  /** What it does, as one sentence. */
  readonly sentence: string
  /** Never shown in a message. */
  readonly secret?: true
}

const DAY_SECONDS = 86_400
const NEED = ['off-loopback', 'always', 'never'] as const

/** The settings by their path in `tocsin.yaml`. */
export const SETTINGS = {
  data: row(text('FOLDER'), './var', 'The data folder: ledger, book and the admin key. One node at a time holds it.'),
  'http.listen': row(listen, '127.0.0.1:7080', 'Where the API and the dashboard listen.'),
  'http.hosts': row(hostNames, [], 'Host names by which browsers may reach the node, beside its own addresses.'),
  'http.lookupsNeedKey': row(choice(NEED), 'off-loopback', 'Who must show a key to look something up over HTTP.'),
  'dns.listen': row(listen, '127.0.0.1:7053', 'Where the DNS lists listen, over UDP and TCP.'),
  'dns.base': row(hostName, 'tocsin.internal', 'The zone above ip., domain. and hash.'),
  'dns.ttlSeconds': row(seconds(DAY_SECONDS), 300, 'How long a resolver may keep that a subject is listed.'),
  'dns.negativeTtlSeconds': row(seconds(DAY_SECONDS), 60, 'How long a resolver may keep that a subject is not listed.'),
  'dns.needsKey': row(choice(NEED), 'off-loopback', 'Who must put a key label into a DNS question.'),
  'dns.nameservers': row(
    hostNames,
    [],
    'The name servers that the zones name, where the world delegates to this node.',
  ),
  'dns.workers': row(count(64), 1, 'Threads that answer UDP in batches (Linux); 0 answers on the main thread.'),
  'dns.responsesPerSecond': row(
    count(1_000_000),
    0,
    'UDP answers a second for one client network (/24 or /56) and kind of answer; 0 for no limit.',
  ),
  'dns.clients.allow': row(networks, [], 'Who may ask over DNS at all; everybody where it is empty.'),
  'dns.clients.deny': row(networks, [], 'Who may not ask over DNS, whatever is allowed.'),
  'policy.level': row(choice(LEVELS), 'medium', 'From which verdict on a subject is blocked.'),
  'policy.untested': row(
    choice(['allow', 'block']),
    'allow',
    'What to do about subjects that nobody said anything about.',
  ),
  'policy.mail.aggressiveness': row(
    step(AGGRESSIVENESS),
    undefined,
    'How much is refused of addresses, for mail servers; without it `policy.level` decides, and `medium` is 2.',
  ),
  'policy.site.approved': row(subjects, [], "The site's approved subjects: allowed whatever the book says."),
  'policy.site.blocked': row(subjects, [], "The site's blocked subjects."),
  'policy.operator.approved': row(subjects, [], "The operator's approved subjects; asked after the site's lists."),
  'policy.operator.blocked': row(subjects, [], "The operator's blocked subjects."),
  starter: row(onOrOff, true, 'Whether a first start loads the starter set, so that the examples answer.'),
  'feeds.scheduled': row(
    onOrOff,
    true,
    'Whether feeds have their turns by themselves; else with `tocsin feeds run` alone.',
  ),
  mining: row(
    onOrOff,
    true,
    'Whether the node derives findings of its own from what was reported; off takes back what it derived.',
  ),
  distribution: row(onOrOff, true, 'Whether other nodes may follow the book: signed heads, snapshots and deltas.'),
  rdap: row(
    onOrOff,
    false,
    'Whether registries are asked when a name was registered; each question tells them that somebody here met it.',
  ),
  safebrowsing: row(
    onOrOff,
    true,
    'Whether the node answers searches by hash prefix and gives lists of them, as Safe Browsing v5 does.',
  ),
  'ohttp.gateway': row(
    onOrOff,
    true,
    'Whether lookups may come sealed, through a relay that somebody else runs (Oblivious HTTP).',
  ),
  'ohttp.open': row(
    onOrOff,
    false,
    'Whether such lookups need no key; a key ties the questions of its holder together.',
  ),
  'ohttp.rotateDays': row(
    count(3650),
    30,
    'Days after which the key that lookups are sealed for changes; 0 for never.',
  ),
  'log.level': row(choice(['debug', 'info', 'warn', 'error', 'silent']), 'info', 'What is logged, on standard error.'),
  upstream: row(baseUrls, [], 'The nodes whose book an edge mirrors.'),
  upstreamOrder: row(
    choice(['in-order', 'random']),
    'in-order',
    'Which of them an edge asks: the first that is well, or any and then that one.',
  ),
  enrol: row(
    enrolmentToken,
    undefined,
    'The one-time token by which an edge gets its key from its upstream, with the public key that it pins.',
    true,
  ),
  types: row(
    subjectTypes,
    SUBJECT_TYPES,
    'The types of subjects that an edge mirrors; with a type come those that its answers rest on. Of others it says nothing.',
  ),
  staleAfterSeconds: row(
    seconds(DAY_SECONDS),
    300,
    'After how long without word from upstream the answers of an edge are stale.',
  ),
  'relay.bytesMax': row(
    bytes(2 ** 40),
    2 ** 30,
    'Bytes of the files that an edge keeps for edges behind it; 0: it serves none. A snapshot must fit, better two.',
  ),
  'ask.unmirrored': row(
    onOrOff,
    true,
    'Whether an edge asks its upstream, by key, for types that it does not mirror, and while its mirror is empty.',
  ),
  'ask.listedSeconds': row(seconds(3600), 300, 'How long an edge goes by what its upstream said of a listed subject.'),
  'ask.unlistedSeconds': row(seconds(3600), 60, 'How long an edge goes by it that a subject is not listed.'),
  'ask.entriesMax': row(count(10_000_000), 100_000, 'Keys of which an edge remembers what its upstream said.'),
  gateway: row(baseUrl, undefined, 'The gateway that a relay forwards sealed lookups to, with its path.'),
  'ohttp.relay.listen': row(listen, '127.0.0.1:7090', 'Where a relay of sealed lookups listens.'),
  'ohttp.relay.requestsPerSecond': row(
    count(1_000_000),
    20,
    'Sealed lookups a second that a relay carries for one address; 0 for no limit. Its own machine is not limited.',
  ),
  'feedback.mode': row(
    choice(FEEDBACK_MODES),
    'on',
    'Whether an edge sends what its clients report and its doors meet: `hold` keeps it, `off` collects nothing. `tocsin feedback` may say less, not more.',
  ),
  'feedback.bytesMax': row(
    bytes(2 ** 40),
    67_108_864,
    'Bytes of feedback that may wait; where there are more, the oldest goes first.',
  ),
  'feedback.submit': row(
    choice(SUBMIT_POLICIES),
    'ask',
    'What happens where the network would like the text of a page that it knows by its hash alone.',
  ),
  'feedback.ownDomains': row(hostNames, [], "The site's own names: nothing about them, or below them, leaves."),
  'feedback.ownNetworks': row(networks, [], "The site's own addresses and networks: nothing about them leaves."),
  server: row(baseUrl, 'http://127.0.0.1:7080', 'The node that the commands talk to.'),
  key: row(
    text('KEY'),
    undefined,
    "The key that the commands show, and an edge to its upstream; without it, the data folder's admin key.",
    true,
  ),
} as const

/** The path of a setting in `tocsin.yaml`. */
export type SettingPath = keyof typeof SETTINGS

/** All paths, in the order of the table. */
export const SETTING_PATHS = Object.keys(SETTINGS) as readonly SettingPath[]

/** The settings' values by path. */
export type Values = { readonly [P in SettingPath]: ValueOf<(typeof SETTINGS)[P]> }

type ValueOf<S> = S extends { readonly reader: Reader<infer T>; readonly default: undefined }
  ? T | undefined
  : S extends { readonly reader: Reader<infer T> }
    ? T
    : never

type Head<P extends string> = P extends `${infer H}.${string}` ? H : P

type Below<V, H extends string> = { readonly [P in keyof V as P extends `${H}.${infer Rest}` ? Rest : never]: V[P] }

type Nested<V> = {
  readonly [H in Head<keyof V & string>]: H extends keyof V ? V[H] : Nested<Below<V, H>>
}

/** The configuration of a node and of the commands: read once, nested as in `tocsin.yaml`, every value checked. */
export interface Config extends Nested<Values> {}

/** The environment variable of a setting. */
export function envName(path: SettingPath): string {
  return `TOCSIN_${words(path).join('_').toUpperCase()}`
}

/** The flag of a setting, with its dashes. */
export function flagName(path: SettingPath): string {
  return `--${words(path).join('-')}`
}

function words(path: SettingPath): string[] {
  const spoken = path.replace(/\.listen$/, '').replaceAll(/[A-Z]/g, letter => `.${letter.toLowerCase()}`)
  return spoken.split('.')
}

function row<T, const D extends Setting['default']>(
  reader: Reader<T>,
  initial: D,
  sentence: string,
  secret?: true,
): Setting<T> & { readonly default: D } {
  return { reader, default: initial, sentence, ...(secret === undefined ? {} : { secret }) }
}
