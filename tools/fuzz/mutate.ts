/** What an input is turned into: the ways in which files break, and those in which somebody breaks them. */
import type { Chance } from './chance.ts'

/** Bytes of a case, at most; a few cases in a thousand are longer than some KiB. */
export const CASE_BYTES_MAX = 192 * 1024

/** Pieces that mean something to some format, or break something: UTF-8 that is none, numbers beyond all bounds. */
const WORDS: readonly Buffer[] = [
  ...'\0|\n|\r\n|\r|"|""|\\|\\"|\'|,|;|\t|#|[|]|{|}|(|)|:|/|//|.|..|-|+|*|!|@|%|%25|%00|$|^|\u00a0|\u2028|\u0085|\ufeff|é|💥|K|。'
    .split('|')
    .map(text => Buffer.from(text)),
  ...'-1|0|00|256|65536|4294967296|9007199254740993|1e999|-0|NaN|null|true|[]|{}|"a":|__proto__|constructor|toString'
    .split('|')
    .map(text => Buffer.from(text)),
  ...'0.0.0.0/0|::/0|1.0.0.1-9.9.9.9|::1-ffff::|[::1]:99999|192.0.2.1/33|xn--|hxxp://|[.]|(dot)|a.b|http:///|%zone|.rpz-ip'
    .split('|')
    .map(text => Buffer.from(text)),
  ...'ff|c0af|eda080|f4908080|e282|efbbbf|fffe|1f8b08|504b0304|28b52ffd|00000000|7f|1b5b'
    .split('|')
    .map(text => Buffer.from(text, 'hex')),
]

type Change = (bytes: Buffer, chance: Chance, others: readonly Buffer[]) => Buffer

const CHANGES: readonly Change[] = [
  (bytes, chance) => {
    const changed = Buffer.from(bytes)
    for (let left = 1 + chance.below(4); left > 0 && changed.length > 0; left--) {
      const at = chance.below(changed.length)
      changed[at] = changed[at]! ^ (1 << chance.below(8))
    }
    return changed
  },
  (bytes, chance) => put(bytes, chance, chance.pick(WORDS)),
  (bytes, chance) => put(bytes, chance, chance.pick(WORDS)),
  (bytes, chance) => put(bytes, chance, part(chance.pick([...WORDS, bytes]), chance)),
  (bytes, chance) => {
    const [from, to] = range(bytes, chance)
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)])
  },
  (bytes, chance) => bytes.subarray(0, chance.below(bytes.length + 1)),
  (bytes, chance, others) => put(bytes, chance, part(chance.pick(others), chance)),
  (bytes, chance, others) => Buffer.concat([bytes, chance.pick(others)]),
  (bytes, chance) => put(bytes, chance, repeated(part(bytes, chance), 2 + chance.below(6))),
  (bytes, chance) => put(bytes, chance, Buffer.from('9'.repeat(1 + chance.below(40)))),
  (bytes, chance) => {
    const lines = bytes.toString('latin1').split('\n')
    const moved = lines.splice(chance.below(lines.length), 1 + chance.below(2))
    lines.splice(chance.below(lines.length + 1), 0, ...(chance.oneIn(2) ? moved : [...moved, ...moved]))
    return Buffer.from(lines.join('\n'), 'latin1')
  },
  (bytes, chance) =>
    Buffer.from(bytes.toString('latin1').replaceAll('\n', chance.pick(['\r\n', '\r', '', '\n\n'])), 'latin1'),
]

/** Changes that make a case long: runs of one byte, repetitions, deep nesting. */
const LONG: readonly Change[] = [
  (bytes, chance) => put(bytes, chance, Buffer.alloc(1 + chance.below(80_000), chance.pick(WORDS))),
  (bytes, chance) => put(bytes, chance, repeated(part(bytes, chance), 1 + chance.below(2000))),
  (bytes, chance) => {
    const [open, close] = chance.pick([
      ['[', ']'],
      ['{"a":', '}'],
      ['(', ')'],
      ['{"list":[', ']}'],
      ['"', '"'],
    ] as const)
    const depth = chance.below(4000)
    const tail = chance.oneIn(3) ? '' : close.repeat(depth)
    return put(bytes, chance, Buffer.from(`${open.repeat(depth)}${tail}`))
  },
]

/** A case: one of the seeds, or nothing, changed some times; one in 500 made long. */
export function mutated(seeds: readonly Buffer[], chance: Chance): Buffer {
  let bytes: Buffer = chance.oneIn(500) ? Buffer.alloc(0) : chance.pick(seeds)
  for (let left = chance.below(5); left > 0; left--) bytes = chance.pick(CHANGES)(bytes, chance, seeds)
  if (chance.oneIn(500)) bytes = chance.pick(LONG)(bytes, chance, seeds)
  return bytes.subarray(0, CASE_BYTES_MAX)
}

/** The same bytes in pieces: of one byte, of any size, or in two. */
export function pieces(bytes: Buffer, chance: Chance): readonly Buffer[] {
  const longest = chance.pick([1, 3, 17, 200, 5000, 70_000])
  const found: Buffer[] = []
  // Thousands of tiny pieces say nothing that a hundred do not: behind them the rest comes at once.
  for (let at = 0; at < bytes.length; ) {
    const size = found.length < 120 ? 1 + chance.below(longest) : bytes.length - at
    found.push(Buffer.from(bytes.subarray(at, at + size)))
    at += size
    if (chance.oneIn(40)) found.push(Buffer.alloc(0))
  }
  return found
}

function put(bytes: Buffer, chance: Chance, more: Buffer): Buffer {
  const at = chance.below(bytes.length + 1)
  const behind = chance.oneIn(2) ? at : Math.min(bytes.length, at + more.length)
  return Buffer.concat([bytes.subarray(0, at), more, bytes.subarray(behind)])
}

function part(bytes: Buffer, chance: Chance): Buffer {
  const [from, to] = range(bytes, chance)
  return bytes.subarray(from, to)
}

function range(bytes: Buffer, chance: Chance): readonly [number, number] {
  const from = chance.below(bytes.length + 1)
  return [from, from + chance.below(Math.min(bytes.length - from, 200) + 1)]
}

function repeated(bytes: Buffer, times: number): Buffer {
  return Buffer.concat(Array.from({ length: Math.min(times, 1 + CASE_BYTES_MAX / (bytes.length + 1)) }, () => bytes))
}
