/**
 * The parts of the book in memory. All of them are `SharedArrayBuffer`s, so that the thread that writes and the threads
 * that answer look at the same bytes.
 *
 * A **segment** is immutable: all entries as of a sequence, laid out for their number. An **overlay** takes the changes
 * since. When it is full, a new segment is built from both, and the readers are handed the new pair.
 *
 *     addresses   IPv4, sorted, 4 bytes each; payloads beside them, 8 bytes: 12 bytes an address
 *     index       65,537 words: where the addresses of each /16 begin
 *     filter4     a filter of the IPv4 addresses: 1.5 bytes each
 *     address6    IPv6, net, domain, url, file: slot tables, 39 bytes an entry (45 for nets)
 *     names       a filter of host names and their ancestors: 1.5 bytes each
 *     ancestors   names that have known names below them: 11 bytes each
 *
 * Alternatives set aside: one table for all (24 bytes more for each IPv4 address), a sorted array for digests (twelve
 * cache misses a lookup at ten million instead of one or two), a compressed trie (four times slower to ask).
 */

import type { Secret } from './digest-words.ts'

/** Handles of a segment's memory; plain data that can be posted to another thread. */
export interface SegmentBuffers {
  /** Of the last batch that is in it. */
  readonly sequence: number
  /** See `digest-words.ts`; its low word seeds the name hash too. */
  readonly secret: Secret
  readonly addresses: SharedArrayBuffer
  readonly payloads: SharedArrayBuffer
  readonly index: SharedArrayBuffer
  readonly filter4: SharedArrayBuffer
  readonly address6: SharedArrayBuffer
  readonly net: SharedArrayBuffer
  readonly domain: SharedArrayBuffer
  readonly url: SharedArrayBuffer
  readonly file: SharedArrayBuffer
  readonly names: SharedArrayBuffer
  readonly ancestors: SharedArrayBuffer
  /** Ancestors that may be added to the set before it is full. */
  readonly spareNames: number
}

/** Handles of an overlay's memory. */
export interface OverlayBuffers {
  /** See {@link CONTROL}. */
  readonly control: SharedArrayBuffer
  readonly slots: SharedArrayBuffer
}

/** Both, as a reader needs them. */
export interface MemoryBuffers {
  readonly segment: SegmentBuffers
  readonly overlay: OverlayBuffers
}

/**
 * Words of the control block. `version` is odd while an entry is being written; `sequence` is of the last batch written;
 * `used` counts the overlay's slots in use, `ancestors` the names added to that set since the segment was built;
 * `lengths4` and `lengths6` have a bit for each prefix length in use; `cover4` has a bit for each IPv4 /16 that any net
 * touches, so that most addresses are done with nets after one look.
 */
export const CONTROL = {
  version: 0,
  sequence: 1,
  used: 2,
  ancestors: 3,
  lengths4: 8,
  lengths6: 16,
  cover4: 32,
  words: 32 + 2048,
} as const

/** What a key of the overlay or of the net table is of: the fifth word is `tag · 256 + prefix length`. */
export const TAG = { ip4: 1, ip6: 2, net4: 3, net6: 4, domain: 5, url: 6, file: 7 } as const

/** Big-endian word of a key or an address. */
export function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

/** The words of an address cut to a prefix; IPv4 has one and three zeros. */
export function maskedWords(address: Uint8Array, prefixLength: number, key: Uint32Array): void {
  for (let word = 0; word < 4; word++) {
    const bits = Math.min(32, Math.max(0, prefixLength - word * 32))
    const value = word * 4 < address.length ? wordAt(address, word * 4) : 0
    key[word] = bits === 0 ? 0 : (value & (0xffffffff << (32 - bits))) >>> 0
  }
}
