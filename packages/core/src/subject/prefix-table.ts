/**
 * Values by network: the plain form of a longest-prefix table. One map per prefix length that occurs, asked from the
 * longest to the shortest, so that a lookup costs as many probes as there are lengths in use (a dozen in real lists).
 * Keys are the masked address as text of its bytes; IPv4 and IPv6 are kept apart by their length.
 */
export class PrefixTable<T> {
  readonly #byLength: { readonly 4: Map<number, Map<string, T>>; readonly 16: Map<number, Map<string, T>> } = {
    4: new Map(),
    16: new Map(),
  }
  #lengths: { 4: number[]; 16: number[] } = { 4: [], 16: [] }

  /** Sets the value of a network; bits of `address` beyond `prefixLength` are ignored. */
  set(address: Uint8Array, prefixLength: number, value: T): void {
    const family = familyOf(address)
    let map = this.#byLength[family].get(prefixLength)
    if (map === undefined) {
      map = new Map()
      this.#byLength[family].set(prefixLength, map)
      this.#lengths[family] = [...this.#byLength[family].keys()].sort((a, b) => b - a)
    }
    map.set(maskedKey(address, prefixLength), value)
  }

  /** Removes a network; says whether it was there. */
  delete(address: Uint8Array, prefixLength: number): boolean {
    return this.#byLength[familyOf(address)].get(prefixLength)?.delete(maskedKey(address, prefixLength)) ?? false
  }

  /** All networks that hold the address, the longest prefix first. */
  match(address: Uint8Array): { readonly prefixLength: number; readonly value: T }[] {
    const family = familyOf(address)
    const matches: { prefixLength: number; value: T }[] = []
    for (const prefixLength of this.#lengths[family]) {
      const value = this.#byLength[family].get(prefixLength)!.get(maskedKey(address, prefixLength))
      if (value !== undefined) matches.push({ prefixLength, value })
    }
    return matches
  }
}

function familyOf(address: Uint8Array): 4 | 16 {
  return address.length === 4 ? 4 : 16
}

function maskedKey(address: Uint8Array, prefixLength: number): string {
  const whole = prefixLength >>> 3
  let key = ''
  for (let at = 0; at < whole; at++) key += String.fromCharCode(address[at]!)
  const rest = prefixLength & 7
  if (rest !== 0) key += String.fromCharCode(address[whole]! & (0xff << (8 - rest)) & 0xff)
  return key
}
