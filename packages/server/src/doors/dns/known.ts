import { addLabel, type MemoryReader, type NameHash, startName } from '@tocsin/core/list'

/** The questions to the book that are answered from shared memory at once; "no" is certain. */
export type KnownSubjects = Pick<
  MemoryReader,
  'seed' | 'sequence' | 'mayKnowAddress' | 'mayKnowName' | 'knowsFile' | 'hasBelow' | 'get'
>

/**
 * Whether names below the one of these labels (lower case, leftmost first, a character per byte) are known: then it
 * exists, whatever is said of itself (RFC 8020).
 */
export function belowIn(known: Pick<MemoryReader, 'seed' | 'hasBelow'>): (labels: readonly string[]) => boolean {
  const hash: NameHash = { low: 0, high: 0 }
  const bytes = new Uint8Array(64)
  return labels => {
    startName(hash, known.seed)
    for (let label = labels.length - 1; label >= 0; label--) {
      const text = labels[label]!
      for (let at = 0; at < text.length; at++) bytes[at] = text.charCodeAt(at)
      addLabel(hash, bytes, 0, text.length)
    }
    return known.hasBelow(hash)
  }
}
