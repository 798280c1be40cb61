/** How often each address asks, known for a second and in memory alone. */
import { isIPv6 } from 'node:net'

const WINDOW_MS = 1000

/** Addresses that are counted in one second, at most; those beyond are turned away until it is over. */
const ADDRESSES_MAX = 65_536

/** Lets each address, and each IPv6 /64, ask so often within a second of the clock. */
export class Visits {
  readonly #perSecond: number
  readonly #counts = new Map<string, number>()
  #window = Number.NaN

  /** @param perSecond 0 for no limit */
  constructor(perSecond: number) {
    this.#perSecond = perSecond
  }

  /** Counts a request; whether it is within what the address may. `now` is in milliseconds. */
  admits(address: string, now: number): boolean {
    if (this.#perSecond === 0) return true
    const window = Math.floor(now / WINDOW_MS)
    if (window !== this.#window) {
      this.#window = window
      this.#counts.clear()
    }
    const network = networkOf(address)
    const count = this.#counts.get(network) ?? 0
    if (count >= this.#perSecond || (count === 0 && this.#counts.size >= ADDRESSES_MAX)) return false
    this.#counts.set(network, count + 1)
    return true
  }
}

/** IPv4 as it is, mapped into IPv6 or not; the first four groups of IPv6, which one customer has to himself. */
function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped !== undefined || !isIPv6(address)) return mapped ?? address
  const [head = '', tail] = address.split('%', 1)[0]!.split('::')
  const groups = head === '' ? [] : head.split(':')
  const behind = tail === undefined || tail === '' ? [] : tail.split(':')
  const missing = tail === undefined ? 0 : 8 - groups.length - behind.length
  return [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...behind].slice(0, 4).join(':')
}
