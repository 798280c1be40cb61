/**
 * What is kept of each sender, as columns: numbers lie side by side, so that a sender costs 321 bytes here (and some 70
 * for its place in the map of addresses), whatever is told about it.
 *
 * A sender has eight slots: one of all untrusted sites, four of single trusted sites as they come, and three that all
 * further ones share by their number. Each slot has the eight {@link Field}s. Counters decay by the hour: they are kept as they
 * were at `hour`, and brought forward when the sender is met again, so that what never comes costs nothing.
 */

/** Slots of a sender. */
export const SLOTS = 8

/** Which counter in a slot: the present ones decay in hours, the slow ones in weeks. */
export const Field = {
  messages: 0,
  spam: 1,
  trapped: 2,
  complaints: 3,
  authFailed: 4,
  rejectedRecipients: 5,
  slowVolume: 6,
  slowBad: 7,
} as const

/** Counters in a slot. */
export const FIELDS = 8

/** Counters of one sender. */
export const CELLS = SLOTS * FIELDS

/** No place: the end of a chain. */
export const NONE = -1

/** A time that has not come: minutes. */
export const NEVER = 0xffffffff

/** Something was said of a sender; something may be said of it in the next tick. */
export const SAID = 1
export const WAITS = 2

/** All columns. `next` and `previous` chain the members of a range. */
export interface Columns {
  /** {@link CELLS} each. */
  readonly cells: Float32Array<ArrayBuffer>
  /** {@link SLOTS} each: whose slot it is. */
  readonly sites: Uint32Array<ArrayBuffer>
  /** Hours since 1970: when the counters were as they stand. */
  readonly hour: Uint32Array<ArrayBuffer>
  /** Minutes since 1970: first met by a trusted site, or {@link NEVER}. */
  readonly firstSeen: Uint32Array<ArrayBuffer>
  /** Bits of the sites that met it. */
  readonly breadthLow: Uint32Array<ArrayBuffer>
  readonly breadthHigh: Uint32Array<ArrayBuffer>
  /** The only site that ever met it, or 0. */
  readonly sole: Uint32Array<ArrayBuffer>
  /** 0, or {@link SAID}: only then there is anything to take back; or {@link WAITS}. */
  readonly said: Uint8Array<ArrayBuffer>
  readonly net: Int32Array<ArrayBuffer>
  readonly next: Int32Array<ArrayBuffer>
  readonly previous: Int32Array<ArrayBuffer>
}

/** Bytes of one sender in the columns. */
export const SENDER_BYTES = 4 * (CELLS + SLOTS + 8) + 1

/** Columns for so many senders, holding what others held: `from` must not be larger. */
export function makeColumns(senders: number, from?: Columns): Columns {
  return {
    cells: grown(new Float32Array(senders * CELLS), from?.cells),
    sites: grown(new Uint32Array(senders * SLOTS), from?.sites),
    hour: grown(new Uint32Array(senders), from?.hour),
    firstSeen: grown(new Uint32Array(senders), from?.firstSeen),
    breadthLow: grown(new Uint32Array(senders), from?.breadthLow),
    breadthHigh: grown(new Uint32Array(senders), from?.breadthHigh),
    sole: grown(new Uint32Array(senders), from?.sole),
    said: grown(new Uint8Array(senders), from?.said),
    net: grown(new Int32Array(senders), from?.net),
    next: grown(new Int32Array(senders), from?.next),
    previous: grown(new Int32Array(senders), from?.previous),
  }
}

function grown<A extends Float32Array | Uint32Array | Int32Array | Uint8Array>(column: A, from: A | undefined): A {
  if (from !== undefined) column.set(from)
  return column
}
