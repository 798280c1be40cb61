/**
 * The senders themselves: who is known, what was counted, and who goes when there is no more room.
 *
 * Memory is bounded by the number of senders. Beyond it the lightest of a few taken at random goes: light is who is
 * little seen, long ago, or at one site alone; so a flood of made-up senders displaces itself first. And one site alone
 * cannot fill more than half of the room with senders that nobody else has met.
 */
import { HOUR_MS, type Instant } from '@tocsin/core/evidence'
import { addressSubject, netRange, parseSubject, type Subject } from '@tocsin/core/subject'
import { SIGHTING_COUNTS, type Sighting } from '@tocsin/core/wire'
import { CELLS, type Columns, FIELDS, Field, makeColumns, NEVER, NONE, SAID, SLOTS } from './columns.ts'
import { FAST_HALF_LIFE_HOURS, NET_MEMBERS_MAX, SLOW_HALF_LIFE_HOURS, SOLE_SHARE } from './figures.ts'
import { type Net, Nets } from './nets.ts'
import { GROUPS, groupNumber, groupOf, NO_SITE, siteBit, UNTRUSTED } from './sites.ts'
import { badOf, volumeOf } from './view.ts'

/** Senders looked at to find one that can go. */
const SAMPLES = 16
const SOLE_SAMPLES = 64

/** Slow messages of one site that keep a sender from being forgotten, at most; of a single one a hundredth counts. */
const KEPT_BY_SITE_MAX = 1000
const KEPT_ALONE = 0.01

/** Messages of a site's history below which its slot is free for another. */
const GONE = 0.01

const FIRST_SENDERS = 1024
const MINUTE_MS = 60_000

/** The address of a sender: IPv4 as a number, IPv6 as canonical text. */
export type SenderKey = number | string

/** What {@link SenderStore.observe} did: whom it touched, and whether a trusted site met it for the first time. */
export interface Touched {
  readonly sender: number
  readonly isNew: boolean
}

/** See above. Nothing here reads a clock. */
export class SenderStore {
  readonly limit: number
  readonly nets: Nets
  columns: Columns
  readonly keys: (SenderKey | undefined)[] = []
  /** Senders that were forgotten for want of room, and sightings that found none. */
  readonly counts = { forgotten: 0, noRoom: 0 }
  readonly #byKey = new Map<SenderKey, number>()
  readonly #free: number[] = []
  readonly #soleCounts = new Map<number, number>()
  #chance = 0x2545f491

  constructor(limit: number, asnOf: (address: Uint8Array) => number | undefined) {
    this.limit = limit
    this.columns = makeColumns(Math.min(FIRST_SENDERS, limit + 1))
    this.nets = new Nets(asnOf)
  }

  get size(): number {
    return this.#byKey.size
  }

  /** Places in the columns that were ever used: senders, and holes without a key. */
  get places(): number {
    return this.keys.length
  }

  /** The place of a sender; `undefined` where nobody knows it. */
  find(subject: Subject): number | undefined {
    return this.#byKey.get(keyOf(netRange(subject).address, subject))
  }

  /** The subject of a place that has a sender. */
  subject(sender: number): Subject {
    return subjectOf(this.keys[sender] as SenderKey)
  }

  /** Adds what was counted. `undefined` where there is no room for a sender that is new. */
  observe(sighting: Sighting, site: number, now: Instant): Touched | undefined {
    const { address } = netRange(sighting.subject)
    const key = keyOf(address, sighting.subject)
    const known = this.#byKey.get(key)
    const hour = sighting.hour / HOUR_MS
    const sender = known ?? this.#admit(key, address, site, hour)
    if (sender === undefined) {
      this.counts.noRoom += 1
      return undefined
    }
    this.#add(sender, sighting, site, hour)
    return { sender, isNew: this.#meet(sender, site, hour, now) }
  }

  /** Notes that something is said of a sender, where it is known. */
  noteSaid(subject: Subject): void {
    const sender = this.find(subject)
    if (sender !== undefined) this.columns.said[sender] = SAID
  }

  /** Takes in a sender as it was kept: its key and the columns of `from` at a place. */
  restore(key: SenderKey, from: Columns, place: number): void {
    const address = netRange(subjectOf(key)).address
    const sender = this.#place()
    const { columns } = this
    columns.cells.set(from.cells.subarray(place * CELLS, (place + 1) * CELLS), sender * CELLS)
    columns.sites.set(from.sites.subarray(place * SLOTS, (place + 1) * SLOTS), sender * SLOTS)
    for (const name of ['hour', 'firstSeen', 'breadthLow', 'breadthHigh', 'sole'] as const) {
      columns[name][sender] = from[name][place] as number
    }
    const sole = columns.sole[sender] as number
    if (sole !== NO_SITE) this.#soleCounts.set(sole, (this.#soleCounts.get(sole) ?? 0) + 1)
    this.#hold(key, sender, address)
  }

  #admit(key: SenderKey, address: Uint8Array, site: number, hour: number): number | undefined {
    const soles = this.#soleCounts.get(site) ?? 0
    if (soles >= this.limit * SOLE_SHARE) {
      const own = this.#lightest(SOLE_SAMPLES, hour, sender => this.columns.sole[sender] === site)
      if (own === undefined) return undefined
      this.#forget(own)
    } else if (this.size >= this.limit) {
      const light = this.#lightest(SAMPLES, hour, () => true)
      if (light === undefined) return undefined
      this.#forget(light)
    }
    const sender = this.#place()
    const { columns } = this
    columns.cells.fill(0, sender * CELLS, (sender + 1) * CELLS)
    columns.sites.fill(NO_SITE, sender * SLOTS, (sender + 1) * SLOTS)
    columns.hour[sender] = hour
    columns.firstSeen[sender] = NEVER
    columns.said[sender] = 0
    columns.breadthLow[sender] = 0
    columns.breadthHigh[sender] = 0
    columns.sole[sender] = site
    this.#soleCounts.set(site, (this.#soleCounts.get(site) ?? 0) + 1)
    const net = this.#hold(key, sender, address)
    if (net.members > NET_MEMBERS_MAX) this.#forget(this.#lightestMember(net, sender, hour))
    return sender
  }

  #hold(key: SenderKey, sender: number, address: Uint8Array): Net {
    this.keys[sender] = key
    this.#byKey.set(key, sender)
    return this.nets.join(this.columns, sender, address)
  }

  #place(): number {
    const free = this.#free.pop()
    if (free !== undefined) return free
    const capacity = this.columns.hour.length
    // One more than the limit: a member is taken in before another one of a full range goes.
    if (this.keys.length >= capacity) this.columns = makeColumns(Math.min(2 * capacity, this.limit + 1), this.columns)
    return this.keys.push(undefined) - 1
  }

  #add(sender: number, sighting: Sighting, site: number, hour: number): void {
    const { cells } = this.columns
    this.#bringForward(sender, hour)
    const from = sender * CELLS + this.#slotOf(sender, site) * FIELDS
    const late = (this.columns.hour[sender] as number) - hour
    const fast = late === 0 ? 1 : 2 ** (-late / FAST_HALF_LIFE_HOURS)
    const slow = late === 0 ? 1 : 2 ** (-late / SLOW_HALF_LIFE_HOURS)
    for (let field = 0; field < SIGHTING_COUNTS.length; field++) {
      const count = sighting[SIGHTING_COUNTS[field] as (typeof SIGHTING_COUNTS)[number]]
      if (count > 0) cells[from + field] = (cells[from + field] as number) + count * fast
    }
    const volume = volumeOf(sighting)
    const slowVolume = from + Field.slowVolume
    const slowBad = from + Field.slowBad
    cells[slowVolume] = (cells[slowVolume] as number) + volume * slow
    cells[slowBad] = (cells[slowBad] as number) + badOf(sighting, volume) * slow
  }

  #bringForward(sender: number, hour: number): void {
    const passed = hour - (this.columns.hour[sender] as number)
    if (passed <= 0) return
    const fast = 2 ** (-passed / FAST_HALF_LIFE_HOURS)
    const slow = 2 ** (-passed / SLOW_HALF_LIFE_HOURS)
    const { cells } = this.columns
    for (let cell = sender * CELLS; cell < (sender + 1) * CELLS; cell++) {
      cells[cell] = (cells[cell] as number) * (cell % FIELDS < Field.slowVolume ? fast : slow)
    }
    this.columns.hour[sender] = hour
  }

  /** The slot of a site: the first for untrusted ones, then as they come, the last three for all others. */
  #slotOf(sender: number, site: number): number {
    const { sites, cells } = this.columns
    const first = sender * SLOTS
    if (site === UNTRUSTED) {
      sites[first] = UNTRUSTED
      return 0
    }
    let room = NONE
    for (let slot = 1; slot < SLOTS - GROUPS; slot++) {
      const owner = sites[first + slot] as number
      if (owner === site) return slot
      // Whoever has not met it for months leaves the slot to another.
      const isGone = (cells[sender * CELLS + slot * FIELDS + Field.slowVolume] as number) < GONE
      if (room === NONE && (owner === NO_SITE || isGone)) room = slot
    }
    if (room !== NONE) {
      cells.fill(0, sender * CELLS + room * FIELDS, sender * CELLS + (room + 1) * FIELDS)
      sites[first + room] = site
      return room
    }
    const group = SLOTS - GROUPS + groupOf(site)
    sites[first + group] = groupNumber(groupOf(site))
    return group
  }

  #meet(sender: number, site: number, hour: number, now: Instant): boolean {
    const { columns } = this
    const sole = columns.sole[sender] as number
    if (sole !== NO_SITE && sole !== site) {
      this.#soleCounts.set(sole, (this.#soleCounts.get(sole) ?? 1) - 1)
      columns.sole[sender] = NO_SITE
    }
    const bit = siteBit(site)
    const word = bit < 32 ? columns.breadthLow : columns.breadthHigh
    word[sender] = (word[sender] as number) | (1 << (bit & 31))
    // Only trusted sites can make a sender known: else whoever wants to attack lets it be met a day before.
    if (site === UNTRUSTED) return false
    const met = Math.floor(Math.min(now, (hour + 1) * HOUR_MS) / MINUTE_MS)
    const before = columns.firstSeen[sender] as number
    if (met < before) columns.firstSeen[sender] = met
    return before === NEVER
  }

  #lightest(samples: number, hour: number, fits: (sender: number) => boolean): number | undefined {
    let light: number | undefined
    let least = Number.POSITIVE_INFINITY
    for (let sample = 0; sample < samples; sample++) {
      const sender = this.#random(this.places)
      if (this.keys[sender] === undefined || !fits(sender)) continue
      const weight = this.#weight(sender, hour)
      if (weight < least) [light, least] = [sender, weight]
    }
    return light
  }

  #lightestMember(net: Net, but: number, hour: number): number {
    let light = NONE
    let least = Number.POSITIVE_INFINITY
    for (let sender = net.head; sender !== NONE; sender = this.columns.next[sender] as number) {
      const weight = this.#weight(sender, hour)
      if (sender !== but && weight < least) [light, least] = [sender, weight]
    }
    return light
  }

  /** How much is known of a sender beside what one site alone says. */
  #weight(sender: number, hour: number): number {
    const { cells } = this.columns
    let sum = 0
    let most = 0
    for (let slot = 0; slot < SLOTS; slot++) {
      const from = sender * CELLS + slot * FIELDS
      const kept = Math.min(
        KEPT_BY_SITE_MAX,
        (cells[from + Field.slowVolume] as number) + 4 * (cells[from + Field.slowBad] as number),
      )
      sum += kept
      most = Math.max(most, kept)
    }
    const age = Math.max(0, hour - (this.columns.hour[sender] as number))
    return (sum - most + KEPT_ALONE * most) * 2 ** (-age / SLOW_HALF_LIFE_HOURS)
  }

  #forget(sender: number): void {
    const sole = this.columns.sole[sender] as number
    if (sole !== NO_SITE) this.#soleCounts.set(sole, (this.#soleCounts.get(sole) ?? 1) - 1)
    this.nets.leave(this.columns, sender)
    this.#byKey.delete(this.keys[sender] as SenderKey)
    this.keys[sender] = undefined
    this.#free.push(sender)
    this.counts.forgotten += 1
  }

  /** 0 to `below` − 1. Xorshift: nobody gains from knowing it, and the same traffic gives the same picture. */
  #random(below: number): number {
    this.#chance ^= this.#chance << 13
    this.#chance ^= this.#chance >>> 17
    this.#chance ^= this.#chance << 5
    return (this.#chance >>> 0) % below
  }
}

function keyOf(address: Uint8Array, subject: Subject): SenderKey {
  const [a = 0, b = 0, c = 0, d = 0] = address
  return address.length === 4 ? ((a << 24) | (b << 16) | (c << 8) | d) >>> 0 : subject.value
}

function subjectOf(key: SenderKey): Subject {
  if (typeof key === 'number') return addressSubject(Uint8Array.of(key >>> 24, key >>> 16, key >>> 8, key))
  const subject = parseSubject(`ip:${key}`)
  if (!subject.ok) throw new RangeError(`Cannot name a sender: "${key}" must be an address`)
  return subject.value
}
