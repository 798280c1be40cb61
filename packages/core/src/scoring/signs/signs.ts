/** The signs of a host or a page: what its text alone shows, before anyone has reported it. */
import type { PublicSuffixes } from '../../subject/index.ts'
import { brandSigns } from './brand-signs.ts'
import { isBareAddress, partsOf } from './host-parts.ts'
import { nameSigns } from './name-signs.ts'
import { pathSigns } from './path-signs.ts'
import { type Sign, sign } from './sign.ts'

/** The signs of a canonical host (the value of a `domain`). Any text is taken, nothing throws; order is fixed. */
export function hostSigns(host: string, suffixes: PublicSuffixes): readonly Sign[] {
  if (isBareAddress(host)) return [sign('bare-address', 'its host is a bare address')]
  const parts = partsOf(host, suffixes)
  return [...brandSigns(parts), ...nameSigns(parts)]
}

/** The signs of a canonical `url` value, `host/path?query`: those of its host and those of its path. */
export function urlSigns(value: string, suffixes: PublicSuffixes): readonly Sign[] {
  const slash = value.indexOf('/')
  if (slash < 0) return hostSigns(value, suffixes)
  const host = value.slice(0, slash)
  const registrable = isBareAddress(host) ? host : (suffixes.registrableDomain(host) ?? host)
  return [...hostSigns(host, suffixes), ...pathSigns(value.slice(slash), registrable)]
}

/**
 * The signs of a port, for a source that still knows it: a canonical `url` does not hold one. Above 1023 and not one of
 * the few that web servers are usually given.
 */
export function portSigns(port: number): readonly Sign[] {
  const usual = port < 1024 || port === 8080 || port === 8443 || port === 8000 || port === 3000
  if (usual) return []
  return [sign(port >= 32_768 ? 'high-port' : 'odd-port', `it is served at port ${port}`)]
}
