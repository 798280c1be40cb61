/** Builds a segment and an empty overlay for the entries that a source of them gives. */
import { SUBJECT_TYPES, type SubjectType } from '../subject/index.ts'
import { sortAddresses } from './addresses.ts'
import type { Secret } from './digest-words.ts'
import { announceNet, keyWordsOf, type MemoryChange } from './memory-writer.ts'
import { addToFilter, admitAll, filterWords } from './name-filter.ts'
import { eachSuffix, hashAddress, type NameHash } from './name-hash.ts'
import { addName, nameSetWords } from './name-set.ts'
import { CONTROL, type MemoryBuffers, type OverlayBuffers, type SegmentBuffers, TAG } from './sections.ts'
import { fillSlot, findSlot, type Slots, slotsOver, slotWords } from './slots.ts'

/** An overlay takes a quarter of the segment's entries, and no fewer than so many. */
const OVERLAY_MIN = 65_536

/** What is built: entry counts may be too high, never too low. */
export interface SegmentPlan {
  readonly entries: Readonly<Record<SubjectType, number>>
  readonly sequence: number
  /** Random, and told to nobody. */
  readonly secret: Secret
}

/** Builds in one pass over the entries; domains get room in the filter for themselves and a parent each. */
export function buildSegment(
  { entries, sequence, secret }: SegmentPlan,
  source: Iterable<MemoryChange>,
): MemoryBuffers {
  const total = SUBJECT_TYPES.reduce((sum, type) => sum + entries[type], 0)
  const spareNames = 2 * Math.max(OVERLAY_MIN, total >>> 2)
  const names = shared(filterWords(2 * entries.domain + Math.max(OVERLAY_MIN, total / 4)))
  const filter4 = shared(filterWords(entries.ip + Math.max(OVERLAY_MIN, total / 2)))
  const addressHash: NameHash = { low: 0, high: 0 }
  const ancestors = new GrowingNames(entries.domain >>> 2)
  const tables = {
    net: shared(slotWords(entries.net, 5)),
    domain: shared(slotWords(entries.domain, 4)),
    url: shared(slotWords(entries.url, 4)),
    file: shared(slotWords(entries.file, 4)),
  }
  const slots: Record<'net' | 'domain' | 'url' | 'file', Slots> = {
    net: slotsOver(tables.net, 5, secret.high),
    domain: slotsOver(tables.domain, 4, secret.high),
    url: slotsOver(tables.url, 4, secret.high),
    file: slotsOver(tables.file, 4, secret.high),
  }
  const four = new Uint32Array(entries.ip)
  const fourPayloads = new Uint32Array(entries.ip * 2)
  const six: number[] = []
  const key = new Uint32Array(5)
  let count4 = 0
  for (const { type, key: digest, value, entry } of source) {
    if (entry === undefined || !keyWordsOf({ type, key: digest, value }, secret, key)) continue
    if (type === 'ip') {
      if (key[4]! >>> 8 === TAG.ip4) {
        hashAddress(addressHash, key[0]!, secret.low)
        addToFilter(filter4, addressHash)
        four[count4] = key[0]!
        fourPayloads[count4 * 2] = entry.when
        fourPayloads[count4 * 2 + 1] = entry.what
        count4 += 1
      } else six.push(key[0]!, key[1]!, key[2]!, key[3]!, entry.when, entry.what)
      continue
    }
    if (type === 'domain' && value === undefined) admitAll(names)
    else if (type === 'domain' && value !== undefined) {
      eachSuffix(value, secret.low, (hash, isWhole) => {
        addToFilter(names, hash)
        if (!isWhole) ancestors.add(hash)
      })
    }
    fillSlot(slots[type], findSlot(slots[type], key), key, entry.when, entry.what)
  }
  const address6 = shared(slotWords(six.length / 6, 4))
  const table6 = slotsOver(address6, 4, secret.high)
  for (let at = 0; at < six.length; at += 6) {
    key.set(six.slice(at, at + 4))
    fillSlot(table6, findSlot(table6, key), key, six[at + 4]!, six[at + 5]!)
  }
  const sorted = sortAddresses(four.subarray(0, count4), fourPayloads)
  const segment: SegmentBuffers = {
    sequence,
    secret,
    addresses: sorted.addresses.buffer,
    payloads: sorted.payloads.buffer,
    index: sorted.index.buffer,
    filter4: filter4.buffer,
    address6: address6.buffer,
    net: tables.net.buffer,
    domain: tables.domain.buffer,
    url: tables.url.buffer,
    file: tables.file.buffer,
    names: names.buffer,
    ancestors: ancestors.copy(spareNames).buffer,
    spareNames,
  }
  return { segment, overlay: emptyOverlay(segment, total) }
}

/**
 * An overlay with nothing in it, for a segment out of a book of so many entries: what the segment's nets need of the
 * control block is read from their table.
 */
export function emptyOverlay(
  segment: Pick<SegmentBuffers, 'net' | 'sequence' | 'secret'>,
  entries: number,
): OverlayBuffers {
  const control = shared(CONTROL.words)
  control[CONTROL.sequence] = segment.sequence
  const nets = slotsOver(new Uint32Array(segment.net), 5, segment.secret.high)
  const key = new Uint32Array(5)
  for (let base = 0; base + 7 <= nets.words.length; base += 7) {
    if (nets.words[base + 6] === 0) continue
    key.set(nets.words.subarray(base, base + 5))
    announceNet(control, key)
  }
  return { control: control.buffer, slots: shared(slotWords(Math.max(OVERLAY_MIN, entries / 4), 5)).buffer }
}

/** A copy of a pair's overlay with twice the room. */
export function growOverlay({ segment, overlay: { control, slots } }: MemoryBuffers): OverlayBuffers {
  const salt = segment.secret.high
  const old = slotsOver(new Uint32Array(slots), 5, salt)
  const grown = slotsOver(shared(2 * old.words.length), 5, salt)
  const key = new Uint32Array(5)
  for (let base = 0; base + 7 <= old.words.length; base += 7) {
    if (old.words[base + 6] === 0) continue
    key.set(old.words.subarray(base, base + 5))
    fillSlot(grown, findSlot(grown, key), key, old.words[base + 5]!, old.words[base + 6]!)
  }
  const copied = shared(CONTROL.words)
  copied.set(new Uint32Array(control))
  return { control: copied.buffer, slots: grown.words.buffer as SharedArrayBuffer }
}

/** Grows while it is built, for nobody knows beforehand how many ancestors a million names have. */
class GrowingNames {
  #words: Uint32Array
  #count = 0

  constructor(expected: number) {
    this.#words = new Uint32Array(nameSetWords(Math.max(1024, expected)))
  }

  add(hash: NameHash): void {
    if (nameSetWords(this.#count + 1) > this.#words.length)
      this.#words = this.#into(new Uint32Array(this.#words.length * 2))
    if (addName(this.#words, hash)) this.#count += 1
  }

  /** In shared memory, with room for so many more. */
  copy(spare: number): Uint32Array<SharedArrayBuffer> {
    return this.#into(shared(nameSetWords(this.#count + spare)))
  }

  #into<T extends Uint32Array>(words: T): T {
    const hash: NameHash = { low: 0, high: 0 }
    for (let at = 0; at < this.#words.length; at += 2) {
      hash.low = this.#words[at]!
      hash.high = this.#words[at + 1]!
      if (hash.high !== 0) addName(words, hash)
    }
    return words
  }
}

function shared(words: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(words * 4))
}
