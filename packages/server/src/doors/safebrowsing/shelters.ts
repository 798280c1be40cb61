/**
 * Protected hosts and pages that lie in something else: `www.example.com`, which is popular, in `example.com`. A client of
 * this protocol blocks whatever lies in a listed domain. So two keys without any trust could have the popular host blocked
 * by reporting its domain, were the domain listed before as many organisations agree as the host asks for.
 *
 * Most protected names are registrable domains, in which case there is nothing above them and nothing is noted.
 */
import { encodeHex, type Sha256 } from '@tocsin/core/base'
import { expressionsOf, type PublicSuffixes, parseSubjectOf, type Subject, subjectKey } from '@tocsin/core/subject'
import type { Entry } from '@tocsin/core/verdict'
import type { ThreatSubjectType } from './threat.ts'

/** Something that others lie in. */
export interface Above {
  readonly type: ThreatSubjectType
  readonly key: Uint8Array
  readonly subject: Subject
}

/** See above. */
export class Shelters {
  /** What lies above each protected subject, by its name. */
  readonly #above = new Map<string, readonly Above[]>()
  /** The protected subjects below something, by its name and theirs. */
  readonly #below = new Map<string, Map<string, Subject>>()
  readonly #options: { readonly suffixes: PublicSuffixes; readonly sha256: Sha256 }

  constructor(options: { readonly suffixes: PublicSuffixes; readonly sha256: Sha256 }) {
    this.#options = options
  }

  /** Notes what an entry says of protection; gives all above the subject if it is protected, or was. */
  note(
    type: ThreatSubjectType,
    key: Uint8Array,
    value: string | undefined,
    entry: Entry | undefined,
  ): readonly Above[] {
    if (type === 'file') return []
    const isProtected = entry?.protection !== undefined && value !== undefined
    if (!isProtected && this.#above.size === 0) return []
    const name = nameOf(type, key)
    const before = this.#above.get(name)
    if (isProtected && before !== undefined) return before
    if (before !== undefined) {
      this.#above.delete(name)
      for (const above of before) this.#leave(nameOf(above.type, above.key), name)
      return before
    }
    return isProtected ? this.#add(type, name, value) : []
  }

  /** The protected subjects that lie in something. */
  in(type: ThreatSubjectType, key: Uint8Array): Iterable<Subject> {
    if (this.#below.size === 0) return []
    return this.#below.get(nameOf(type, key))?.values() ?? []
  }

  /** Everything in which something protected lies. */
  *all(): Iterable<Above> {
    for (const above of this.#above.values()) yield* above
  }

  #add(type: 'domain' | 'url', name: string, value: string): readonly Above[] {
    const { suffixes, sha256 } = this.#options
    if (type === 'domain' && suffixes.registrableDomain(value) === value) return []
    const subject = parseSubjectOf(type, value)
    if (!subject.ok) return []
    const above: Above[] = []
    for (const expression of expressionsOf(subject.value, suffixes).slice(1)) {
      if (expression.type !== 'domain' && expression.type !== 'url') continue
      above.push({ type: expression.type, key: subjectKey(expression, sha256), subject: expression })
    }
    if (above.length === 0) return []
    this.#above.set(name, above)
    for (const each of above) this.#enter(nameOf(each.type, each.key), name, subject.value)
    return above
  }

  #enter(above: string, name: string, subject: Subject): void {
    const below = this.#below.get(above) ?? new Map<string, Subject>()
    this.#below.set(above, below.set(name, subject))
  }

  #leave(above: string, name: string): void {
    const below = this.#below.get(above)
    below?.delete(name)
    if (below?.size === 0) this.#below.delete(above)
  }
}

/** The name of a subject among those of all types. */
export function nameOf(type: ThreatSubjectType, key: Uint8Array): string {
  return `${type} ${encodeHex(key)}`
}
