/** Byte ranges of RFC 9110 §14. */

/** Places of the first and the last byte. */
export interface ByteRange {
  readonly first: number
  readonly last: number
}

/**
 * The range of a `Range` header; `undefined` where the whole is to be given, as for several ranges, other units and what
 * cannot be read, all of which a server may ignore.
 */
export function rangeOf(header: string | undefined, bytes: number): ByteRange | 'unsatisfiable' | undefined {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (match === null) return undefined
  const [, from = '', until = ''] = match
  if (from === '' && until === '') return undefined
  if (from === '') {
    const count = Number(until)
    return count === 0 || bytes === 0 ? 'unsatisfiable' : { first: Math.max(0, bytes - count), last: bytes - 1 }
  }
  const first = Number(from)
  const last = until === '' ? bytes - 1 : Math.min(Number(until), bytes - 1)
  if (until !== '' && Number(until) < first) return undefined
  return first >= bytes ? 'unsatisfiable' : { first, last }
}
