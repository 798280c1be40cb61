/** Which domains are protected, of up to millions: by their keys, in 12 bytes a slot. */
import type { Sha256 } from '@tocsin/core/base'
import type { Protection } from '@tocsin/core/evidence'
import { type PublicSuffixes, parseSubjectOf, subjectKey } from '@tocsin/core/subject'
import { WordTable } from '../word-table.ts'

const WORDS = [undefined, 'popular', 'certified'] as const

/** See the module. */
export class Protections {
  readonly #sha256: Sha256
  readonly #suffixes: PublicSuffixes
  readonly #byKey: WordTable

  constructor(sha256: Sha256, suffixes: PublicSuffixes, seed: number) {
    this.#sha256 = sha256
    this.#suffixes = suffixes
    this.#byKey = new WordTable(2, 1, seed)
  }

  /** Takes note of a domain by its key; says whether that is news. */
  note(key: Uint8Array, protection: Protection | undefined): boolean {
    const words = keyWords(key)
    const after = WORDS.indexOf(protection)
    if (this.#byKey.get(words) === after) return false
    if (after === 0) this.#byKey.delete(words)
    else this.#byKey.set(words, after)
    return true
  }

  /**
   * The strongest protection of a host and the domains above it. `certified`, too, for what is no host of a holder of its own:
   * a public suffix, private ones (`github.io`) among them.
   */
  over(host: string): Protection | undefined {
    const domain = this.#suffixes.registrableDomain(host)
    if (domain === undefined) return 'certified'
    let strongest = 0
    for (let name = host; name.length >= domain.length; name = name.slice(name.indexOf('.') + 1)) {
      strongest = Math.max(strongest, this.#of(name))
    }
    return WORDS[strongest]
  }

  clear(): void {
    this.#byKey.clear()
  }

  get bytes(): number {
    return this.#byKey.bytes
  }

  #of(name: string): number {
    const subject = parseSubjectOf('domain', name)
    return subject.ok ? this.#byKey.get(keyWords(subjectKey(subject.value, this.#sha256))) : 0
  }
}

/** The first 64 bits of a key. */
export function keyWords(key: Uint8Array): readonly [number, number] {
  return [wordAt(key, 0), wordAt(key, 4)]
}

function wordAt(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}
