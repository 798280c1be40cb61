/** Which heads are believed: signed, in time, and not behind what this mirror has seen. */
import { type ProblemCode, ProblemError, unwrap } from '@tocsin/core/base'
import type { Instant } from '@tocsin/core/evidence'
import {
  type DistributedHead,
  HEAD_VALID_MS,
  parseHead,
  type SignedHead,
  type TrustedKey,
  verifyHead,
} from '@tocsin/core/list'
import { SUBJECT_TYPES, type SubjectType } from '@tocsin/core/subject'
import type { Head } from '../book/book.ts'
import { checkSnapshot } from './plan.ts'
import { type TrustedKeys, verifyEd25519 } from './trusted-keys.ts'

/** What heads are judged with. */
export interface HeadsParts {
  readonly keys: TrustedKeys
  readonly clock: () => Instant
  /** Told of a key that a trusted one has named as the next. */
  readonly keyNamed: (key: TrustedKey) => void
}

/** A head that was believed: what it says, as it came, and by whom. */
export interface BelievedHead {
  readonly head: DistributedHead
  readonly signed: SignedHead
  readonly signer: TrustedKey
}

/** Remembers the last head that was believed; one for one mirror. */
export class Heads {
  readonly #parts: HeadsParts
  #believed: BelievedHead | undefined

  constructor(parts: HeadsParts) {
    this.#parts = parts
  }

  /** The last head that was believed since the start. */
  get last(): DistributedHead | undefined {
    return this.#believed?.head
  }

  /** The same with its signature, for whoever shows it to others. */
  get believed(): BelievedHead | undefined {
    return this.#believed
  }

  /**
   * Reads a head as an upstream sent it.
   *
   * A head of another book is followed if it was published later than what this mirror has: the upstream began anew, as
   * after a restore. One that is older is a step back, of whichever book.
   *
   * @param own where the mirror is
   * @throws ProblemError `unauthorized` for a wrong signature; `stale` for an expired or earlier one; `invalid` for what is
   *   no head, or tells another state at a sequence that was told before
   */
  believe(signed: unknown, own: Head): DistributedHead {
    const { keys } = this.#parts
    const seen = this.#seen(own)
    const believed = this.#verified(signed, this.#expected(signed, seen))
    const { head, signer } = believed
    if (head.bookId !== seen.bookId && head.publishedAt < seen.publishedAt) {
      throw problem('stale', `it is of another book, "${head.bookId}", and older than what this mirror has`)
    }
    this.#believed = believed
    const named = keys.noteHead(signer, head.nextKey)
    if (named !== undefined) this.#parts.keyNamed(named)
    return head
  }

  /**
   * A head that an earlier run believed, verified again; for showing it to others, and not remembered here. `undefined` for
   * one that no trusted key has signed, that is past its time or from a time to come, of another book than the mirror's,
   * ahead of it, or of another state.
   */
  again(signed: unknown, own: Head): BelievedHead | undefined {
    try {
      const believed = this.#verified(signed, undefined)
      const { head } = believed
      const isTheirs = head.bookId === own.bookId && head.sequence <= own.sequence
      const isSame = head.sequence < own.sequence || agrees(own, head, SUBJECT_TYPES)
      return isTheirs && isSame && signedAt(head) <= this.#parts.clock() ? believed : undefined
    } catch {
      return undefined
    }
  }

  /** @throws ProblemError as {@link Heads.believe} */
  #verified(signed: unknown, last: Seen | undefined): BelievedHead {
    const { keys, clock } = this.#parts
    let signer: TrustedKey | undefined
    const verified = verifyHead(signed, {
      keys: keys.list(),
      now: clock(),
      last,
      verify(word) {
        const isTheirs = verifyEd25519(word)
        if (isTheirs) signer = keys.list().find(key => key.publicKey === word.publicKey)
        return isTheirs
      },
    })
    const head = unwrap(verified)
    unwrap(checkSnapshot(head))
    return { head, signed: asSigned(signed), signer: signer! }
  }

  /** The furthest place that is known. */
  #seen(own: Head): Seen {
    const { last } = this
    if (last !== undefined && (last.bookId !== own.bookId || last.sequence >= own.sequence)) return last
    return own
  }

  /**
   * What the head must not fall behind, if it is of the same book. The state at a place is known by a head alone: the
   * mirror may keep some types only, or be damaged, and then it is the mirror that gives way.
   */
  #expected(signed: unknown, seen: Seen): Seen | undefined {
    const told = toldBy(signed)
    if (told?.bookId !== seen.bookId) return undefined
    return seen === this.last ? seen : { ...seen, stateHash: told.stateHash }
  }
}

type Seen = Pick<DistributedHead, 'bookId' | 'sequence' | 'stateHash' | 'publishedAt'>

/** Whether a mirror at a head's place holds what the head says, of the types that it keeps, and nothing of others. */
export function agrees(own: Head, head: DistributedHead, types: readonly SubjectType[]): boolean {
  return SUBJECT_TYPES.every(type =>
    types.includes(type)
      ? own.stateHash[type] === head.stateHash[type] && own.entries[type] === head.entries[type]
      : own.entries[type] === 0,
  )
}

/** When a head was signed: until then, at least, it was known where the book ends. */
export function signedAt({ validUntil }: DistributedHead): Instant {
  return validUntil - HEAD_VALID_MS
}

/** What a head says before anybody has verified it. */
function toldBy(signed: unknown): DistributedHead | undefined {
  const { head } = (signed ?? {}) as { readonly head?: unknown }
  const parsed = typeof head === 'string' ? parseHead(head) : undefined
  return parsed?.ok === true ? parsed.value : undefined
}

/** What was verified, and nothing that came with it. */
function asSigned(verified: unknown): SignedHead {
  const { head, keyId, signature } = verified as SignedHead
  return { head, keyId, signature }
}

/** The longest age that a relay may state, in seconds: beyond a day, one is as useless as the other. */
const AGE_MAX = 86_400

/**
 * How old a word is that came from an upstream, in milliseconds. A node that relays another's book says with the head for how
 * many seconds it has not heard of it; one that makes the book says nothing. Nobody signs it: who lies gains what who cuts
 * a mirror off gains anyway, an hour, after which the head is past its time.
 */
export function ageOf(told: unknown): number {
  const { ageSeconds } = (told ?? {}) as { readonly ageSeconds?: unknown }
  return typeof ageSeconds === 'number' && ageSeconds > 0 ? Math.min(ageSeconds, AGE_MAX) * 1000 : 0
}

function problem(code: ProblemCode, why: string): ProblemError {
  return new ProblemError({ code, message: `Cannot follow the head: ${why}` })
}
