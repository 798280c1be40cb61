import type { PublicSuffixes } from '@tocsin/core/subject'
import { getDomain, parse } from 'tldts'

/** The Public Suffix List, private section included, as the `tldts` package carries it. */
export const packagedSuffixes: PublicSuffixes = {
  registrableDomain(host) {
    return getDomain(host, { allowPrivateDomains: true, validateHostname: false, extractHostname: false }) ?? undefined
  },
}

/** Whether a host ends in a suffix of the Public Suffix List: names of private networks (`.corp`) do not. */
export function isUnderPublicSuffix(host: string): boolean {
  const { isIcann, isPrivate } = parse(host, {
    allowPrivateDomains: true,
    validateHostname: false,
    extractHostname: false,
  })
  return isIcann === true || isPrivate === true
}
