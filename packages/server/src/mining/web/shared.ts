/** Addresses that serve many names: what one of them does says nothing of the others. */
import { DAY_MS } from './facts.ts'
import type { WebStore } from './store.ts'

/** Domains behind one address from which it may be shared. Assumed. */
const DOMAINS_MIN = 20

/** Days for which it must have served them: machines that were broken into serve many bad names too, but not for long. */
const STEADY_DAYS = 7

/** Or so many popular ones among them, which nobody else can bring there. */
const POPULAR_MIN = 2

/** Domains that are looked at. */
const DOMAINS_READ = 100

/** Says of addresses whether they are shared; asks the store once for each. For one look: what it says is not renewed. */
export function sharedBy(store: WebStore, rankOf: (host: string) => number | undefined): (address: string) => boolean {
  const known = new Map<string, boolean>()
  return address => {
    const before = known.get(address)
    if (before !== undefined) return before
    const { domains, first, last } = store.servedBy(address, DOMAINS_READ)
    const isShared =
      domains.length >= DOMAINS_MIN &&
      (last - first >= STEADY_DAYS * DAY_MS || domains.filter(name => rankOf(name) !== undefined).length >= POPULAR_MIN)
    known.set(address, isShared)
    return isShared
  }
}
