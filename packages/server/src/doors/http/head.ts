import type { WireHead } from '@tocsin/core/wire'
import type { Head } from '../../book/book.ts'

/** A head in its wire form. */
export function headToWire({ bookId, sequence, publishedAt, entries, stateHash }: Head): WireHead {
  return { bookId, sequence, publishedAt: new Date(publishedAt).toISOString(), entries, stateHash }
}
