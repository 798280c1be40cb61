/** See {@link Distribution}: what the publisher has told, and heads signed over it. */
import type { Instant } from '@tocsin/core/evidence'
import { HEAD_VALID_MS, headText, type SignedHead, type TrustedKey } from '@tocsin/core/list'
import type { Head, HeadListener, Sequence } from '../book.ts'
import type { DeltaFile, Distribution, SnapshotFile, Way } from '../distribution.ts'
import { bytesOf, wayBetween } from './plan.ts'
import type { PublisherNews } from './publisher.ts'
import type { SigningKey } from './signing-key.ts'

/** What it is built from. */
export interface DistributorParts {
  readonly signingKey: Pick<SigningKey, 'key' | 'nextKey' | 'sign' | 'refresh'>
  readonly pathOf: (name: string) => string
  readonly clock: () => Instant
  /** Told where the file of the keys cannot be read any more; the keys go on as they were. Must not throw. */
  readonly failed: (error: unknown) => void
}

/** For so long a head is told as it was signed, in milliseconds; then it is signed anew, and is valid for an hour again. */
const SIGNED_MS = 60_000

/** Ways that are remembered: replicas that follow are at a few places. */
const WAYS_MAX = 256

/** Holds what the door answers from. */
export class Distributor implements Distribution {
  readonly #parts: DistributorParts
  readonly #deltas = new Map<string, DeltaFile>()
  readonly #listeners = new Set<HeadListener>()
  readonly #ways = new Map<string, Way>()
  #news: Pick<PublisherNews, 'head' | 'snapshot' | 'snapshots'> | undefined
  #signed: { readonly at: Instant; readonly signed: SignedHead } | undefined

  constructor(parts: DistributorParts) {
    this.#parts = parts
  }

  /** Takes note of what the publisher has done. */
  take({ isAll, added, removed, ...news }: PublisherNews): void {
    const before = this.#news?.head
    if (isAll) this.#deltas.clear()
    for (const delta of added) this.#deltas.set(delta.name, delta)
    for (const name of removed) this.#deltas.delete(name)
    this.#news = news
    this.#ways.clear()
    this.#signed = undefined
    if (before?.sequence === news.head.sequence && before.bookId === news.head.bookId) return
    for (const listener of this.#listeners) listener(news.head)
  }

  head(): Head | undefined {
    return this.#news?.head
  }

  signed(): SignedHead | undefined {
    const now = this.#parts.clock()
    if (this.#news === undefined) return undefined
    if (this.#signed === undefined || Math.abs(now - this.#signed.at) > SIGNED_MS) {
      this.#signed = { at: now, signed: this.#sign(this.#news, now) }
    }
    return this.#signed.signed
  }

  key(): TrustedKey {
    return this.#parts.signingKey.key()
  }

  changes(since: Sequence, to?: Sequence): Way | undefined {
    if (this.#news === undefined) return undefined
    const asked = `${since} ${to}`
    const known = this.#ways.get(asked)
    if (known !== undefined) return known
    const way = this.#wayFrom(since, to, this.#news)
    if (this.#ways.size < WAYS_MAX) this.#ways.set(asked, way)
    return way
  }

  snapshot(): SnapshotFile | undefined {
    return this.#news?.snapshot
  }

  file(name: string): { readonly path: string; readonly bytes: number } | undefined {
    const file = this.#deltas.get(name) ?? this.#news?.snapshots.find(each => each.name === name)
    return file && { path: this.#parts.pathOf(name), bytes: file.bytes }
  }

  onHead(listener: HeadListener): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #wayFrom(since: Sequence, asked: Sequence | undefined, { head, snapshot }: PublisherNewsHeld): Way {
    const { bookId, sequence } = head
    if (since > sequence) return { state: 'ahead', sequence }
    const deltas = [...this.#deltas.values()]
    // To the very place where it is possible: the head that a replica has verified may not be the last one any more.
    const exact = asked === undefined || asked <= since ? undefined : wayBetween(since, asked, deltas)
    if (exact !== undefined) return { state: 'known', bookId, to: asked!, files: exact }
    const files = wayBetween(since, sequence, deltas)
    if (files === undefined) return { state: 'gone', snapshot }
    if (snapshot !== undefined && snapshot.sequence > since) {
      const after = wayBetween(snapshot.sequence, sequence, deltas)
      if (after !== undefined && snapshot.bytes + bytesOf(after) < bytesOf(files)) return { state: 'gone', snapshot }
    }
    return { state: 'known', bookId, to: sequence, files }
  }

  #sign({ head, snapshot }: PublisherNewsHeld, now: Instant): SignedHead {
    const { signingKey, failed } = this.#parts
    try {
      signingKey.refresh()
    } catch (error) {
      failed(error)
    }
    const { bookId, sequence, publishedAt, entries, stateHash } = head
    const text = headText({
      bookId,
      sequence,
      publishedAt,
      validUntil: now + HEAD_VALID_MS,
      entries,
      stateHash,
      snapshot: snapshot && { name: snapshot.name, sequence: snapshot.sequence, bytes: snapshot.bytes },
      nextKey: signingKey.nextKey(),
    })
    return { head: text, ...signingKey.sign(text) }
  }
}

type PublisherNewsHeld = Pick<PublisherNews, 'head' | 'snapshot'>
