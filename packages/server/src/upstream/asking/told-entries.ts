/** What an upstream answered about entries, checked: nobody signed it. */
import { fail, ok, type Result } from '@tocsin/core/base'
import type { AnswerState, NetMatch } from '@tocsin/core/verdict'
import { entryFromHex, type WireEntryKey } from '@tocsin/core/wire'

/** An answer. */
export interface ToldEntries {
  readonly bookId: string
  readonly state: AnswerState
  readonly ageSeconds: number
  /** In the order of the keys: what each of them meets, the longest prefix first; the prefix of a key is 0. */
  readonly entries: readonly (readonly NetMatch[])[]
}

/** Reads an answer to these keys; fails as `invalid`. */
export function parseEntries(value: unknown, keys: readonly WireEntryKey[]): Result<ToldEntries> {
  const wrong = (why: string) => fail('invalid', `Cannot read the upstream's entries: ${why}`)
  const { head, state, ageSeconds, entries } = (value ?? {}) as Readonly<Record<string, unknown>>
  const { bookId } = (head ?? {}) as { readonly bookId?: unknown }
  if (typeof bookId !== 'string') return wrong('they must have a head')
  if (state !== 'fresh' && state !== 'stale' && state !== 'unavailable') return wrong('they must have a state')
  if (!isCount(ageSeconds)) return wrong('they must have ageSeconds')
  if (!Array.isArray(entries) || entries.length !== keys.length) return wrong(`they must be ${keys.length}, as asked`)
  const read: (readonly NetMatch[])[] = []
  for (const [place, key] of keys.entries()) {
    const matches = matchesOf(entries[place], key)
    if (matches === undefined) return wrong(`the one at ${place} is none`)
    read.push(matches)
  }
  return ok({ bookId, state, ageSeconds, entries: read })
}

function matchesOf(value: unknown, { type, key }: WireEntryKey): readonly NetMatch[] | undefined {
  const bits = type === 'ip' ? key.length * 4 : 0
  if (!Array.isArray(value) || value.length > bits + 1) return undefined
  const matches: NetMatch[] = []
  for (const each of value as readonly unknown[]) {
    const { entry: text, prefixLength = 0 } = (each ?? {}) as Readonly<Record<string, unknown>>
    const entry = typeof text === 'string' ? entryFromHex(text) : undefined
    if (entry === undefined || !isCount(prefixLength) || prefixLength > bits) return undefined
    matches.push({ prefixLength, entry })
  }
  return matches.sort((a, b) => b.prefixLength - a.prefixLength)
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0
}
