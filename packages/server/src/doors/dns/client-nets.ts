/** Which networks may ask at all. */
import { fail, ok, type Result } from '@tocsin/core/base'
import { netRange, PrefixTable, parseSubject } from '@tocsin/core/subject'
import type { Peer } from './peer.ts'

/** Networks as `192.0.2.0/24`, `2001:db8::/32` or single addresses. */
export interface ClientRules {
  /** Who may ask; everybody where it is empty. */
  readonly allow: readonly string[]
  /** Who may not, whatever `allow` says. */
  readonly deny: readonly string[]
}

export const EVERYBODY: ClientRules = { allow: [], deny: [] }

/**
 * The rules in a form that costs a packet one search: for IPv4 a sorted list of the addresses at which the ruling
 * changes, for IPv6, of which there is less, a table by prefix.
 */
export class ClientNets {
  readonly #changes: Uint32Array
  /** The ruling at the lowest address; it turns at each change. */
  readonly #atFirst: boolean
  readonly #allow6 = new PrefixTable<true>()
  readonly #deny6 = new PrefixTable<true>()
  readonly #mayAny6: boolean
  readonly #isOpen: boolean
  readonly #bytes = new Uint8Array(16)

  private constructor(allow: readonly Net[], deny: readonly Net[]) {
    this.#isOpen = allow.length === 0 && deny.length === 0
    this.#mayAny6 = allow.length === 0
    for (const net of allow) if (net.address.length === 16) this.#allow6.set(net.address, net.prefixLength, true)
    for (const net of deny) if (net.address.length === 16) this.#deny6.set(net.address, net.prefixLength, true)
    const allow4 = allow.length === 0 ? [[0, 2 ** 32] as const] : rangesOf(allow)
    const deny4 = rangesOf(deny)
    const edges = [...new Set([...allow4, ...deny4].flat())].filter(edge => edge < 2 ** 32).sort((a, b) => a - b)
    const mayAt = (at: number) => isIn(allow4, at) && !isIn(deny4, at)
    this.#atFirst = mayAt(0)
    let last = this.#atFirst
    const changes: number[] = []
    for (const edge of edges) {
      if (mayAt(edge) === last) continue
      last = !last
      changes.push(edge)
    }
    this.#changes = Uint32Array.from(changes)
  }

  /** Fails as `invalid` for what is no network. */
  static from({ allow, deny }: ClientRules): Result<ClientNets> {
    const allowed = netsOf(allow)
    const denied = netsOf(deny)
    if (!allowed.ok) return allowed
    return denied.ok ? ok(new ClientNets(allowed.value, denied.value)) : denied
  }

  /** Whether a client may ask. */
  mayAsk(peer: Peer): boolean {
    if (this.#isOpen) return true
    return peer.isIpv4 ? this.#mayAsk4(peer.words[0]!) : this.#mayAsk6(peer)
  }

  #mayAsk4(address: number): boolean {
    let low = 0
    let high = this.#changes.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if (this.#changes[middle]! <= address) low = middle + 1
      else high = middle
    }
    return (low & 1) === 0 ? this.#atFirst : !this.#atFirst
  }

  #mayAsk6({ words }: Peer): boolean {
    for (let at = 0; at < 16; at++) this.#bytes[at] = words[at >>> 2]! >>> (24 - 8 * (at & 3))
    const isAllowed = this.#mayAny6 || this.#allow6.match(this.#bytes).length > 0
    return isAllowed && this.#deny6.match(this.#bytes).length === 0
  }
}

interface Net {
  readonly address: Uint8Array
  readonly prefixLength: number
}

function netsOf(texts: readonly string[]): Result<Net[]> {
  const nets: Net[] = []
  for (const text of texts) {
    const subject = parseSubject(text.includes('/') ? `net:${text}` : `ip:${text}`)
    if (!subject.ok) {
      return fail('invalid', `Cannot tell DNS clients apart: each must be a network or an address, found "${text}"`)
    }
    nets.push(netRange(subject.value))
  }
  return ok(nets)
}

/** First address and the one after the last, of the IPv4 nets. */
function rangesOf(nets: readonly Net[]): (readonly [number, number])[] {
  return nets
    .filter(({ address }) => address.length === 4)
    .map(({ address, prefixLength }) => {
      const first = new DataView(address.buffer, address.byteOffset).getUint32(0)
      return [first, first + 2 ** (32 - prefixLength)] as const
    })
}

function isIn(ranges: readonly (readonly [number, number])[], at: number): boolean {
  return ranges.some(([first, end]) => at >= first && at < end)
}
