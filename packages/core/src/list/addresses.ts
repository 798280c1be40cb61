/** IPv4 addresses in order, with an index by /16. */

/** What {@link sortAddresses} makes; `payloads` has two words for each address. */
export interface SortedAddresses {
  readonly addresses: Uint32Array<SharedArrayBuffer>
  readonly payloads: Uint32Array<SharedArrayBuffer>
  readonly index: Uint32Array<SharedArrayBuffer>
}

/**
 * Sorts addresses and their payloads into shared memory: a counting sort by the upper half, then each /16 by itself, the
 * lower half and the place in one number (16 + 32 bits), so that the runtime's own sort does it. A second for ten
 * million.
 *
 * @param payloads two words for each of the `addresses`, in their order
 */
export function sortAddresses(addresses: Uint32Array, payloads: Uint32Array): SortedAddresses {
  const index = words(65_537)
  for (const address of addresses) index[(address >>> 16) + 1]! += 1
  for (let block = 0; block < 65_536; block++) index[block + 1]! += index[block]!
  const places = new Float64Array(addresses.length)
  const next = Uint32Array.from(index)
  for (const [place, address] of addresses.entries()) {
    places[next[address >>> 16]!++] = (address & 0xffff) * 0x1_0000_0000 + place
  }
  const sorted = { addresses: words(addresses.length), payloads: words(addresses.length * 2), index }
  for (let block = 0; block < 65_536; block++) {
    if (index[block + 1]! - index[block]! > 1) places.subarray(index[block], index[block + 1]).sort()
  }
  for (const [at, packed] of places.entries()) {
    const place = packed % 0x1_0000_0000
    sorted.addresses[at] = addresses[place]!
    sorted.payloads[at * 2] = payloads[place * 2]!
    sorted.payloads[at * 2 + 1] = payloads[place * 2 + 1]!
  }
  return sorted
}

function words(count: number): Uint32Array<SharedArrayBuffer> {
  return new Uint32Array(new SharedArrayBuffer(count * 4))
}
