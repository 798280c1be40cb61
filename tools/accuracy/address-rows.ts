/** Addresses, replayed day by day: what their neighbours were on the evening before a list first had them. */
import { type Neighbourhood, neighbourLogOdds } from '@tocsin/core/scoring'
import { addressOf, type RoutedSpace } from './address-space.ts'
import { hashOf } from './chance.ts'
import { dayOf, LEARN_UNTIL, VALIDATE_FROM } from './days.ts'
import { ListedMembers } from './listed-members.ts'
import { SOURCES, type Source } from './sources.ts'

/** One address with its label, and what neighbours say. */
export interface AddressRow {
  readonly address: number
  readonly day: number
  readonly bad: boolean
  readonly part: 'learn' | 'inner' | 'test'
  /** Names of the lists that had it on its first day. */
  readonly origins: readonly string[]
  /** Millinats by all lists, as a node has it that imports all of them. */
  readonly byAll: number
  /** Millinats without the lists that label the row: no list supplies both. Of a random address by each list that might be left out. */
  readonly byOthers: readonly number[]
}

/** Rows begin when the largest list has been followed for a week. */
const ROWS_FROM = dayOf('2026-04-08')
const LAST_DAY = dayOf('2026-06-30')

/** Random routed addresses, over all days of the rows. */
const RANDOM_ROWS = 240_000

interface Event {
  readonly address: number
  readonly day: number
  readonly source: number
}

/** All rows: every address on the day that any of the lists first had it, and random routed addresses. */
export function addressRows(folder: string, space: RoutedSpace, lists: readonly Source[] = SOURCES): AddressRow[] {
  const days = Map.groupBy(events(folder, lists), ({ day }) => day)
  const random = Map.groupBy(randomAddresses(space), ({ day }) => day)
  const state = new Neighbours(space)
  const rows: AddressRow[] = []
  for (const day of [...days.keys()].toSorted((a, b) => a - b)) {
    const today = Map.groupBy(days.get(day)!, ({ address }) => address)
    if (day >= ROWS_FROM) {
      for (const [address, listings] of today) {
        if (!state.isKnown(address))
          rows.push(
            state.row(
              address,
              day,
              listings.map(({ source }) => source),
            ),
          )
      }
    }
    for (const { address } of random.get(day) ?? []) {
      if (!state.isKnown(address) && !today.has(address)) rows.push(state.row(address, day, []))
    }
    for (const listings of today.values()) for (const listing of listings) state.add(listing)
  }
  return rows
}

/** What is listed up to an evening. */
class Neighbours {
  readonly #space: RoutedSpace
  readonly #known = new Set<number>()
  readonly #seen = new Set<number>()
  readonly #by24 = new ListedMembers(SOURCES.length)
  readonly #by16 = new ListedMembers(SOURCES.length)
  readonly #bySystem = new ListedMembers(SOURCES.length)
  readonly #all = new ListedMembers(SOURCES.length)

  constructor(space: RoutedSpace) {
    this.#space = space
  }

  isKnown(address: number): boolean {
    return this.#known.has(address)
  }

  /** An address counts once for each list, however often it leaves and comes back. */
  add({ address, day, source }: Event): void {
    this.#known.add(address)
    const once = address * SOURCES.length + source
    if (this.#seen.has(once)) return
    this.#seen.add(once)
    this.#by24.add(address >>> 8, day, source)
    this.#by16.add(address >>> 16, day, source)
    this.#bySystem.add(this.#space.systemOf(address), day, source)
    this.#all.add(0, day, source)
  }

  row(address: number, day: number, sources: readonly number[]): AddressRow {
    const own = sources.reduce((bits, source) => bits | (1 << source), 0)
    return {
      address,
      day,
      bad: sources.length > 0,
      part: day > LEARN_UNTIL ? 'test' : day >= VALIDATE_FROM + 14 ? 'inner' : 'learn',
      origins: sources.map(source => SOURCES[source]!.name),
      byAll: neighbourLogOdds(this.#around(address, day, 0)),
      byOthers: masksOf(own).map(without => neighbourLogOdds(this.#around(address, day, without))),
    }
  }

  #around(address: number, day: number, without: number): Neighbourhood {
    const system = this.#space.systemOf(address)
    return {
      in24: this.#by24.at(address >>> 8, day, without),
      in16: this.#by16.at(address >>> 16, day, without),
      inNetwork: system === 0 ? 0 : this.#bySystem.at(system, day, without),
      networkSize: system === 0 ? 0 : this.#space.sizeOf(system),
      inAll: this.#all.at(0, day, without),
    }
  }
}

/** What is left out for a row: its labels, or where it has none, each list in turn. */
function masksOf(own: number): number[] {
  return own === 0 ? SOURCES.map((_, source) => 1 << source) : [own]
}

/** Every listing of an address, or of a page or port on one, in the order of the files. */
function events(folder: string, lists: readonly Source[]): Event[] {
  const found: Event[] = []
  for (const list of lists) {
    const source = SOURCES.indexOf(list)
    for (const { day, text } of list.read(folder)) {
      const address = addressOf(text.replace(/^[a-z]+:\/\//, '').split(/[:/]/, 1)[0]!)
      if (address >= 0) found.push({ address, day, source })
    }
  }
  return found
}

function randomAddresses(space: RoutedSpace): { readonly address: number; readonly day: number }[] {
  const days = LAST_DAY - ROWS_FROM + 1
  return Array.from({ length: RANDOM_ROWS }, (_, at) => ({
    address: space.at(hashOf(`random ${at}`) / 2 ** 32),
    day: ROWS_FROM + (hashOf(`day ${at}`) % days),
  }))
}
