import { parseAddress } from '@tocsin/core/subject'

/** A peer's address as sockets give it, in the form that we compare: IPv4-mapped as IPv4, without a zone id. */
export function peerText(address: string): string {
  const bare = address.replace(/%.*$/, '')
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(bare) ? bare.slice('::ffff:'.length) : bare
}

/** Who asks, as four words; IPv4 (IPv4-mapped IPv6 too) has one. Reused: reading an address allocates nothing. */
export class Peer {
  isIpv4 = true
  readonly words = new Uint32Array(4)

  /** Reads the address at `bytes[at]`, 4 or 16 bytes long. */
  read(bytes: Uint8Array, at: number, length: 4 | 16): void {
    const { words } = this
    this.isIpv4 = length === 4
    if (length === 4) {
      words[0] = wordAt(bytes, at)
      return
    }
    for (let word = 0; word < 4; word++) words[word] = wordAt(bytes, at + 4 * word)
    if (words[0] !== 0 || words[1] !== 0 || words[2] !== 0xffff) return
    this.isIpv4 = true
    words[0] = words[3]!
  }

  /** Reads what a socket calls the address; what is none reads as 0.0.0.0. */
  readText(text: string): void {
    const address = parseAddress(peerText(text))
    const bytes = address.ok ? address.value : new Uint8Array(4)
    this.read(bytes, 0, bytes.length === 4 ? 4 : 16)
  }

  /** Whether it is of this machine: 127.0.0.0/8 or ::1. */
  isLoopback(): boolean {
    const { words } = this
    if (this.isIpv4) return words[0]! >>> 24 === 127
    return words[0] === 0 && words[1] === 0 && words[2] === 0 && words[3] === 1
  }
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}
