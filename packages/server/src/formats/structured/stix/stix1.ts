import { refused } from '../../content.ts'
import type { FeedRecord, Format } from '../../format.ts'

/** STIX 1, which is XML, or the same as JSON: recognised to say so. */
export const STIX_1: Format = {
  name: 'stix1',
  about: 'STIX 1, in XML or JSON: recognised, and refused',
  unit: 'object',
  detect: ({ text }) =>
    /<(?:\w+:)?STIX_(?:Package|Header)\b|stix\.mitre\.org\/stix-1|"id"\s*:\s*"[^"]{0,80}:STIXPackage-/.test(text)
      ? 1
      : 0,
  open: () => {
    let said = false
    const refuse = (): readonly FeedRecord[] => {
      if (said) return []
      said = true
      const reason = 'it must be STIX 2, found STIX 1: ask the provider for STIX 2'
      return [{ place: 1, content: refused('syntax', reason) }]
    }
    return { push: bytes => (bytes.length === 0 ? [] : refuse()), end: refuse }
  },
}
