/** What the neighbours of an address say of it: the share of its /24, its /16 and its network that lists have, as log-odds. */
import { naturalLog } from './logarithm.ts'

/** Listed members around an address, the address itself left out. Counts may be faded, so they need not be whole; ≥ 0. */
export interface Neighbourhood {
  /** Listed in its /24. */
  readonly in24: number
  /** Listed in its /16, the /24 included. */
  readonly in16: number
  /** Listed addresses in all the ranges of its autonomous system, and how many addresses those have; 0 where none is known. */
  readonly inNetwork: number
  readonly networkSize: number
  /** Listed among all routed addresses. */
  readonly inAll: number
}

/** Of about 3.1 billion routed IPv4 addresses. */
const ROUTED = 3_100_000_000

/**
 * How many addresses of the wider range's rate a range is believed to hold before its own members count. Tried on the days
 * before the test (`tools/accuracy`): 4,096 and 65,536 in a /16 give the same to a point; beyond 256 in a /24 the nearest get lost.
 */
const TRUST_IN_ALL = 1 << 16
const TRUST_IN_NETWORK = 1 << 14
const TRUST_IN_16 = 16

/** Log-odds never leave this: the same ±6 nats as a score. */
const BOUND = 6000

/**
 * How much more often addresses of this neighbourhood are listed than any routed address, in millinats, −6000 to 6000: each
 * range's rate is smoothed towards that of the next wider one. Grows with every count.
 */
export function neighbourLogOdds({ in24, in16, inNetwork, networkSize, inAll }: Neighbourhood): number {
  const base = (inAll + 1) / ROUTED
  const network = (inNetwork + TRUST_IN_ALL * base) / (networkSize + TRUST_IN_ALL)
  const wide = (in16 + TRUST_IN_NETWORK * network) / (65_536 + TRUST_IN_NETWORK)
  const near = (in24 + TRUST_IN_16 * wide) / (256 + TRUST_IN_16)
  return Math.min(BOUND, Math.max(-BOUND, Math.round(1000 * naturalLog(near / base))))
}
