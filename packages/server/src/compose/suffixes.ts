import type { PublicSuffixes } from '@tocsin/core/subject'
import { getDomain } from 'tldts'

/** The Public Suffix List, private section included, as the `tldts` package carries it. */
export const packagedSuffixes: PublicSuffixes = {
  registrableDomain(host) {
    return getDomain(host, { allowPrivateDomains: true, validateHostname: false, extractHostname: false }) ?? undefined
  },
}
