/** Rows about names and pages: which are learnt from, which are the test, and what each counts. */

import { isBareAddress } from '@tocsin/core/scoring'
import type { PublicSuffixes } from '@tocsin/core/subject'
import { type FirstListed, NAMING } from './bad-names.ts'
import { hashOf } from './chance.ts'
import { dayOf, LEARN_UNTIL, VALIDATE_FROM } from './days.ts'
import type { GoodName } from './good-names.ts'
import { SOURCES } from './sources.ts'
import { zoneAt, zoneShares } from './zones.ts'

/** One name or page with its label. */
export interface NameRow {
  readonly value: string
  readonly host: string
  readonly bad: boolean
  /** `inner` is learnt from at the end and held back while choices are tried. */
  readonly part: 'learn' | 'inner' | 'test'
  /** The list that labels it. */
  readonly origin: string
  readonly group: 'bad' | 'bad-bare' | 'established' | 'new' | 'zone' | 'bare'
  /** Rows that came together, and may be right or wrong together. */
  readonly batch: string
  readonly free: boolean
}

/** Learnt rows are thinned to this many of a kind, by hash; tests to twice as many. Bounds the time of a run. */
const ROWS_MAX = 60_000

/** Of the list whose entries have no dates of their own: more would teach the scams of years ago. */
const UNDATED_ROWS_MAX = 15_000

/** Older entries look different: phishing of 2024 does not teach that of 2026. */
const LEARN_FROM = dayOf('2025-06-01')

/** The day of the first copy of most lists: what it holds has no date. */
const BASELINE = dayOf('2026-01-02')

/** Rows of hosts that a list had first after its first copy. `bare` asks for hosts that are addresses, else for names. */
export function badRows(known: Iterable<FirstListed>, bare: boolean): NameRow[] {
  const rows: NameRow[] = []
  for (const { host, value, day, labellers, group } of known) {
    if (day < LEARN_FROM || isBareAddress(host) !== bare) continue
    const source = SOURCES[31 - Math.clz32(labellers)]!
    if (day <= BASELINE && source.name !== 'openphish') continue
    const part = day > LEARN_UNTIL ? 'test' : day >= VALIDATE_FROM ? 'inner' : 'learn'
    const batch = `${source.name} ${day} ${source.name === 'maltrail' ? group : ''}`
    if (bare && !value.includes('/')) continue
    const own = bare ? 'bad-bare' : 'bad'
    rows.push({ value, host, bad: true, part, origin: source.name, group: own, batch, free: source.free })
  }
  return NAMING.flatMap(name =>
    thin(
      rows.filter(row => row.origin === name),
      name === 'polkadot' ? UNDATED_ROWS_MAX : ROWS_MAX,
    ),
  )
}

/** Negatives. A newly registered name that a list has by now is left out: it was bad. */
export function goodRows(goods: readonly GoodName[], isListed: (host: string) => boolean): NameRow[] {
  const rows = goods
    .filter(({ group, host }) => group === 'established' || !isListed(host))
    .filter(({ host }) => !isBareAddress(host))
    .map(({ value, host, origin, group, part, free }) => {
      const inner = part === 'learn' && hashOf(host) % 3 === 0
      return { value, host, bad: false, part: inner ? 'inner' : part, origin, group, batch: host, free } as const
    })
  return [...rows.filter(row => row.group === 'established'), ...thin(rows.filter(row => row.group === 'new'))]
}

/** Labels of popular names under suffixes drawn by the number of registrations: ordinary names with a free licence. */
export function zoneRows(rows: readonly NameRow[], suffixes: PublicSuffixes): NameRow[] {
  const shares = zoneShares()
  const taught = rows.filter(row => row.group === 'established' && row.free && row.part !== 'test')
  const labels = new Set(taught.map(({ host }) => (suffixes.registrableDomain(host) ?? host).split('.', 1)[0]!))
  return Array.from(labels).flatMap(label =>
    [0, 1, 2].map(turn => {
      const host = `${label}.${zoneAt(hashOf(`${label} ${turn}`) / 2 ** 32, shares)}`
      return {
        value: host,
        host,
        bad: false,
        part: 'learn',
        origin: 'zones',
        group: 'zone',
        batch: host,
        free: true,
      } as const
    }),
  )
}

/** Pages of good hosts as if a random routed address served them: nobody lists real pages like that. */
export function bareRows(rows: readonly NameRow[], addressAt: (place: number) => string): NameRow[] {
  const pages = rows.filter(row => !row.bad && row.value.includes('/'))
  return pages.map(row => {
    const host = addressAt(hashOf(`bare ${row.value}`) / 2 ** 32)
    return {
      ...row,
      host,
      value: host + row.value.slice(row.value.indexOf('/')),
      group: 'bare',
      batch: row.value,
    } as const
  })
}

function thin(rows: readonly NameRow[], rowsMax = ROWS_MAX): NameRow[] {
  const kept = (part: NameRow['part'], most: number) => {
    const own = rows.filter(row => row.part === part)
    const share = most / Math.max(1, own.length)
    return own.filter(({ host }) => hashOf(`thin ${host}`) / 2 ** 32 < share)
  }
  return [...kept('learn', rowsMax), ...kept('inner', rowsMax / 3), ...kept('test', rowsMax * 2)]
}
