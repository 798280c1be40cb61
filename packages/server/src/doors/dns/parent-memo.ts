/**
 * Whether anything may be known of a host name in a packet, with a memo of its parents.
 *
 * The filter holds every known name and every ancestor of one, and cannot tell the two apart. So below a name such as
 * `co.uk`, under which much is listed though it is not listed itself, each name would look as if it might be. Whether
 * such a parent has an entry costs a SHA-256 to find out; the parents are few and asked about often, so what was found
 * is kept for as long as the book is the same.
 *
 *     slot = low · high · sequence · 1 (has an entry) or 2 (has none)      1,024 of them, the last one found stays
 */

import { addLabel, type NameHash, startName } from '@tocsin/core/list'
import { parseSubjectOf, subjectKey } from '@tocsin/core/subject'
import type { KnownSubjects } from './known.ts'
import { lowerText } from './quick-names.ts'

const SLOTS = 1024
const HAS_ENTRY = 1
const HAS_NONE = 2

export class ParentMemo {
  readonly #known: KnownSubjects
  readonly #hash: NameHash = { low: 0, high: 0 }
  readonly #slots = new Uint32Array(SLOTS * 4)

  constructor(known: KnownSubjects) {
    this.#known = known
  }

  /**
   * Whether something may be known of the name of the first `count` labels (at least two), or of a name above it that has
   * two labels or more, or of one below it.
   */
  mayKnow(bytes: Uint8Array, labels: Uint16Array, count: number): boolean {
    const known = this.#known
    const hash = this.#hash
    // Read first: what is found out may belong to the next batch, what is kept never to the one before.
    const { sequence } = known
    startName(hash, known.seed)
    for (let label = count - 1; label >= 0; label--) {
      const at = labels[label]!
      addLabel(hash, bytes, at + 1, at + 1 + bytes[at]!)
      if (label === count - 1) continue
      if (!known.mayKnowName(hash)) return false
      // The name itself: the filter is as far as it goes.
      if (label === 0) return true
      if (this.#hasEntry(bytes, labels, label, count, sequence)) return true
    }
    return true
  }

  #hasEntry(bytes: Uint8Array, labels: Uint16Array, from: number, count: number, sequence: number): boolean {
    const { low, high } = this.#hash
    const slots = this.#slots
    const base = (low & (SLOTS - 1)) * 4
    if (slots[base] === low && slots[base + 1] === high && slots[base + 2] === sequence && slots[base + 3] !== 0) {
      return slots[base + 3] === HAS_ENTRY
    }
    const found = this.#look(bytes, labels, from, count)
    slots[base] = low
    slots[base + 1] = high
    slots[base + 2] = sequence
    slots[base + 3] = found ? HAS_ENTRY : HAS_NONE
    return found
  }

  #look(bytes: Uint8Array, labels: Uint16Array, from: number, count: number): boolean {
    let host = ''
    for (let label = from; label < count; label++) {
      const at = labels[label]!
      host += `${host === '' ? '' : '.'}${lowerText(bytes, at + 1, at + 1 + bytes[at]!)}`
    }
    const subject = parseSubjectOf('domain', host)
    // What is no host has no entry; names above it are asked about by themselves.
    return subject.ok && this.#known.get('domain', subjectKey(subject.value)) !== undefined
  }
}
