/** From a name to addresses that have been looked at, and connections to those and no others. */
import { lookup } from 'node:dns/promises'
import { isIP, type LookupFunction } from 'node:net'
import { ProblemError, unwrap } from '@tocsin/core/base'
import { formatAddress, parseAddress } from '@tocsin/core/subject'
import { publicAddress } from '../public-address.ts'
import { shown, type Target } from './target.ts'

/** All addresses of a name, as text. Rejects where there are none. */
export type Resolve = (name: string) => Promise<readonly string[]>

/** Asks the system, `/etc/hosts` included. */
export async function systemResolve(name: string): Promise<readonly string[]> {
  const found = await lookup(name, { all: true, order: 'verbatim' })
  return found.map(({ address }) => address)
}

/**
 * The addresses of a target, canonical. Rejects with `invalid` where a single one of them is not on the public internet,
 * unless `open`: a name that means both is a trap. `unavailable` where the name does not resolve.
 */
export async function checkedAddresses(target: Target, open: boolean, resolve: Resolve): Promise<readonly string[]> {
  const found = isIP(target.host) > 0 ? [target.host] : await resolved(target, resolve)
  return found.map(text => {
    if (open) return formatAddress(unwrap(parseAddress(text)))
    const address = publicAddress(text)
    if (address.ok) return address.value
    throw new ProblemError({ code: 'invalid', message: `Cannot fetch ${shown(target)}: ${address.problem.message}` })
  })
}

/** A hook for `connect` that knows the checked addresses and nothing else: what DNS says by then does not matter. */
export function pinnedLookup(addresses: readonly string[]): LookupFunction {
  const pinned = addresses.map(address => ({ address, family: isIP(address) }))
  return (_name, options, done) => {
    const wanted = pinned.filter(({ family }) => [0, undefined, family, `IPv${family}`].includes(options.family))
    const first = wanted[0]
    if (first === undefined) return done(new Error('no checked address of that family'), '', 0)
    if (options.all === true) return done(null, wanted)
    done(null, first.address, first.family)
  }
}

/** Whether a connection led where it was meant to. */
export function isPinned(remote: string | undefined, addresses: readonly string[]): boolean {
  const parsed = parseAddress(remote ?? '')
  return parsed.ok && addresses.includes(formatAddress(parsed.value))
}

async function resolved(target: Target, resolve: Resolve): Promise<readonly string[]> {
  let found: readonly string[] = []
  let cause: unknown
  try {
    found = await resolve(target.host)
  } catch (error) {
    cause = error
  }
  if (found.length > 0) return found
  const code = (cause as NodeJS.ErrnoException | undefined)?.code ?? 'no address'
  const message = `Cannot fetch ${shown(target)}: "${target.host}" must resolve to an address, found ${code}`
  throw new ProblemError({ code: 'unavailable', message }, { cause })
}
