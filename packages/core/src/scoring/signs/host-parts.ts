import type { PublicSuffixes } from '../../subject/index.ts'
import { unicodeLabel } from './decode-punycode.ts'

/** A host taken apart for its signs. */
export interface HostParts {
  readonly host: string
  /** The public suffix and one label; the whole host where it is a suffix itself. */
  readonly registrable: string
  /** What its owner chose: the first label of `registrable`, as in the host. */
  readonly label: string
  /** `label` in its own script. */
  readonly shown: string
  /** All behind `label`, empty for a single label: `com`, `co.uk`, `github.io`. */
  readonly suffix: string
  /** The labels before `registrable`, in their own script, the outermost first. */
  readonly sublabels: readonly string[]
}

/** More labels than this are not looked at; the DNS allows 127. */
const SUBLABELS_MAX = 16

/** The parts of a canonical host that is a name. Any text is taken; what is none has the whole as its label. */
export function partsOf(host: string, suffixes: PublicSuffixes): HostParts {
  const registrable = suffixes.registrableDomain(host) ?? host
  const dot = registrable.indexOf('.')
  const label = dot < 0 ? registrable : registrable.slice(0, dot)
  const before = host.length > registrable.length ? host.slice(0, host.length - registrable.length - 1) : ''
  return {
    host,
    registrable,
    label,
    shown: unicodeLabel(label),
    suffix: dot < 0 ? '' : registrable.slice(dot + 1),
    sublabels: before === '' ? [] : before.split('.').slice(-SUBLABELS_MAX).map(unicodeLabel),
  }
}

/** A bare address, as canonical hosts have it: a dotted quad, or IPv6 in brackets. */
export function isBareAddress(host: string): boolean {
  return /^\d{1,3}(?:\.\d{1,3}){3}$/.test(host) || host.startsWith('[')
}
