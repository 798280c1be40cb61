/** Ranges as lines give them, to the columns of a table. */
import type { RangeColumns, RangeValue } from './range-table.ts'

/** One range, first and last address included. */
export interface AddressRange {
  readonly family: 4 | 6
  readonly first: bigint
  readonly last: bigint
  readonly value: RangeValue
  /** The line that said it. */
  readonly line: number
}

/** Stretches that do not overlap, and the ranges that contradict another. */
export interface Disjoint {
  readonly stretches: readonly AddressRange[]
  /** Ranges that reach into one that begins before them and says something else. */
  readonly contradicting: readonly AddressRange[]
}

/** Cuts ranges so that they do not overlap. Where two say different things, nothing is known: which is right is a guess. */
export function disjoint(ranges: readonly AddressRange[]): Disjoint {
  const stretches = ([4, 6] as const).flatMap(family =>
    stretchesOf(sorted(ranges, family), open => (open.size === 1 ? open.values().next().value!.value : undefined)),
  )
  const contradicting = ([4, 6] as const).flatMap(family => {
    let open: AddressRange[] = []
    return sorted(ranges, family).filter(range => {
      open = open.filter(each => each.last >= range.first)
      const contradicts = open.some(each => nameOf(each.value) !== nameOf(range.value))
      open.push(range)
      return contradicts
    })
  })
  return { stretches, contradicting }
}

/**
 * Ranges that may overlap, cut into stretches that do not: the value of each has the texts of all ranges that hold it,
 * sorted, one to a line.
 */
export function layered(ranges: readonly AddressRange[]): readonly AddressRange[] {
  return ([4, 6] as const).flatMap(family =>
    stretchesOf(sorted(ranges, family), open => ({
      number: 0,
      text: Array.from(open.values(), ({ value }) => value.text)
        .sort()
        .join('\n'),
    })),
  )
}

/** What is open at a place, by what it says, and how many ranges say so. */
type Open = ReadonlyMap<string, { readonly value: RangeValue; readonly count: number }>

/** Sweeps over the edges of the sorted ranges of one family; `choose` says what a stretch between two edges says. */
function stretchesOf(ranges: readonly AddressRange[], choose: (open: Open) => RangeValue | undefined): AddressRange[] {
  const closing = ranges.toSorted((a, b) => compare(a.last, b.last))
  const open = new Map<string, { value: RangeValue; count: number }>()
  const stretches: AddressRange[] = []
  let from = 0n
  let opened = 0
  const stop = (place: bigint) => {
    const value = open.size === 0 || place === from ? undefined : choose(open)
    if (value !== undefined) stretches.push({ ...ranges[0]!, first: from, last: place - 1n, value })
    from = place
  }
  const openUntil = (last: bigint) => {
    for (let range = ranges[opened]; range !== undefined && range.first <= last; range = ranges[++opened]) {
      stop(range.first)
      const name = nameOf(range.value)
      open.set(name, { value: range.value, count: (open.get(name)?.count ?? 0) + 1 })
    }
  }
  for (const range of closing) {
    openUntil(range.last)
    stop(range.last + 1n)
    const name = nameOf(range.value)
    const { value, count } = open.get(name)!
    if (count === 1) open.delete(name)
    else open.set(name, { value, count: count - 1 })
  }
  return stretches
}

/** The columns of ranges that do not overlap. Neighbours that say the same become one. */
export function columnsOf(ranges: readonly AddressRange[]): RangeColumns {
  const places = new Map<string, number>()
  const values: RangeValue[] = []
  const placeOf = (value: RangeValue): number => {
    const name = nameOf(value)
    const known = places.get(name)
    if (known !== undefined) return known
    values.push(value)
    places.set(name, values.length)
    return values.length
  }
  const four = starts(sorted(ranges, 4), 2n ** 32n, placeOf)
  const six = starts(sorted(ranges, 6), 2n ** 128n, placeOf)
  const texts = values.map(({ text }) => Buffer.from(text))
  const offsets = new Uint32Array(values.length + 1)
  for (const [at, text] of texts.entries()) offsets[at + 1] = offsets[at]! + text.length
  return {
    starts4: Uint32Array.from(four.firsts, Number),
    values4: Uint32Array.from(four.places),
    starts6: Uint32Array.from(six.firsts.flatMap(wordsOf)),
    values6: Uint32Array.from(six.places),
    numbers: Uint32Array.from(values, ({ number }) => number),
    offsets,
    text: new Uint8Array(Buffer.concat(texts)),
  }
}

/** Where each segment begins and its value's place; 0 for a gap. */
function starts(segments: readonly AddressRange[], end: bigint, placeOf: (value: RangeValue) => number) {
  const firsts: bigint[] = []
  const places: number[] = []
  const add = (first: bigint, place: number) => {
    if (places.at(-1) === place) return
    firsts.push(first)
    places.push(place)
  }
  let next = 0n
  for (const { first, last, value } of segments) {
    if (first !== next) add(next, 0)
    add(first, placeOf(value))
    next = last + 1n
  }
  if (next !== 0n && next < end) add(next, 0)
  return { firsts, places }
}

function sorted(ranges: readonly AddressRange[], family: 4 | 6): AddressRange[] {
  return ranges.filter(range => range.family === family).sort((a, b) => compare(a.first, b.first) || a.line - b.line)
}

function nameOf({ number, text }: RangeValue): string {
  return `${number} ${text}`
}

function compare(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0
}

function wordsOf(address: bigint): number[] {
  return [96n, 64n, 32n, 0n].map(shift => Number((address >> shift) & 0xffffffffn))
}
