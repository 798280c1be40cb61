/** The settings of a feed, complete and checked: what is absent has its default, and what cannot go together is refused. */
import { fail, ok, type Result } from '@tocsin/core/base'
import { isEvent, kindOf } from '@tocsin/core/evidence'
import type { WireFeedSettings } from '@tocsin/core/wire'
import { ALL_FORMATS, findFormat } from '../../formats/all.ts'
import { MISP_FEED } from './misp-manifest.ts'

/** What the settings of a feed are where they say nothing. Trust: one listing of confidence 1 gives 50 or less. */
const DEFAULTS = {
  format: 'auto',
  confidence: 1,
  mode: 'standing',
  trust: 0.8,
  everySeconds: 3600,
  staleAfterHours: 72,
  enabled: true,
  shrinkMax: 0.5,
  growMax: 2,
  bytesMax: 100 * 2 ** 20,
  hosts: true,
} as const satisfies Partial<WireFeedSettings>

/** Unpacked, a feed may be so many times as long as it may be when fetched: text of lists packs to a tenth. */
export const UNPACKED_FACTOR = 20

type Defaulted = keyof typeof DEFAULTS | 'organisation'

/** A feed as the rest of this folder sees it. */
export type FeedSettings = { readonly name: string } & Omit<WireFeedSettings, Defaulted> &
  Required<Pick<WireFeedSettings, Defaulted>>

/** Completes settings; `invalid` where they contradict each other. Their shape was checked. */
export function completeSettings(name: string, said: WireFeedSettings): Result<FeedSettings> {
  const settings: FeedSettings = { ...DEFAULTS, organisation: name, ...said, name }
  const trouble = contradiction(settings)
  return trouble === undefined ? ok(settings) : fail('invalid', `Cannot use feed "${name}": ${trouble}`)
}

function contradiction(settings: FeedSettings): string | undefined {
  const { name, format, columns, confidence, mode, expireAfterHours } = settings
  // `/v1/feeds/catalogue` is the catalogue.
  if (name === 'catalogue') return 'its name must not be "catalogue", which stands for the catalogue'
  if (format !== 'auto' && format !== MISP_FEED && findFormat(format) === undefined) {
    return `its format must be one of auto, ${MISP_FEED}, ${ALL_FORMATS.map(each => each.name).join(', ')}, found "${format}"`
  }
  if (columns !== undefined && format !== 'csv') return `"columns" go with format "csv", found "${format}"`
  if (typeof confidence === 'object' && confidence.low > confidence.high) {
    return `"confidence.low" must not be above "confidence.high", found ${confidence.low} and ${confidence.high}`
  }
  if (mode === 'standing' && expireAfterHours !== undefined) return '"expireAfterHours" goes with mode "window"'
  const lasting = kindsSaid(settings).find(kind => !isEvent(kindOf(kind)))
  if (mode === 'window' && expireAfterHours === undefined && lasting !== undefined) {
    return `mode "window" with kind "${lasting}", which never fades, needs "expireAfterHours"`
  }
  return addressTrouble(settings)
}

function kindsSaid({ kind = 'listed', kinds = {} }: FeedSettings) {
  return [kind, ...Object.values(kinds)]
}

function addressTrouble({ address }: FeedSettings): string | undefined {
  if (address.startsWith('packaged:')) {
    const isName = /^packaged:[a-z0-9][a-z0-9-]*(?:\.[a-z]+)?$/.test(address)
    return isName ? undefined : `its address must be as in "packaged:scam-domains.txt", found "${address}"`
  }
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):/.exec(address)?.[1]?.toLowerCase()
  if (scheme === undefined || scheme === 'file') return undefined
  if (scheme !== 'http' && scheme !== 'https') {
    return `its address must be https:, http:, a path or packaged:, found "${scheme}:"`
  }
  const url = URL.parse(address)
  if (url === null) return 'its address must be a URL'
  return url.username === '' && url.password === '' ? undefined : 'its address must not hold a user or a password'
}

/** Whether a feed is fetched over HTTP, rather than read from this machine. */
export function isRemote({ address }: Pick<FeedSettings, 'address'>): boolean {
  return /^https?:/i.test(address)
}

/** The settings that say what is read and what it means: where they change, all entries are written anew. */
export function meaningOf(settings: FeedSettings): string {
  const { address, format, columns, kind, kinds, confidence, mode, trust, organisation } = settings
  const { include, exclude, hosts } = settings
  return JSON.stringify([
    address,
    format,
    columns,
    kind,
    kinds,
    confidence,
    mode,
    trust,
    organisation,
    include,
    exclude,
    hosts,
  ])
}
