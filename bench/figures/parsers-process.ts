/** Parsers in a process of their own: `node parsers-process.ts ITEMS ROUNDS [FORMAT…]` prints JSON. */
import { findFormat } from '../../packages/server/src/formats/all.ts'
import type { Format, FormatOptions } from '../../packages/server/src/formats/format.ts'
import { type Material, makeMaterial, PARSER_INPUTS, type ParserInput } from './parsers-inputs.ts'

/** What the process prints: items a second of each input, run by run, in the order of the inputs that were wanted. */
export type ParsersOutcome = readonly { readonly input: number; readonly perSecond: readonly number[] }[]

/** As feeds are read. */
const PIECE_BYTES = 65_536

const [items = 0, rounds = 1] = process.argv.slice(2, 4).map(Number)
const wanted = process.argv.slice(4)

function bytesOf({ head = '', between = '\n', tail = '\n', item }: ParserInput, from: Material): Buffer {
  return Buffer.from(`${head}${Array.from({ length: items }, (_, at) => item(at, from)).join(between)}${tail}`)
}

/** Items a second; throws where not each of them was an indicator. */
function rate(format: Format, options: FormatOptions, bytes: Buffer): number {
  const startedAt = performance.now()
  const reader = format.open(options)
  let found = 0
  const count = (records: ReturnType<typeof reader.push>): void => {
    for (const { content } of records) if (content.is === 'indicators') found++
  }
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) count(reader.push(bytes.subarray(at, at + PIECE_BYTES)))
  count(reader.end())
  const seconds = (performance.now() - startedAt) / 1000
  if (found !== items) throw new Error(`Cannot trust "${format.name}": it found ${found} of ${items}`)
  return items / seconds
}

const material = makeMaterial()
const outcome = PARSER_INPUTS.entries()
  .filter(([, { format }]) => wanted.length === 0 || wanted.includes(format))
  .map(([input, each]) => {
    const format = findFormat(each.format)!
    const options = each.columns === undefined ? {} : { columns: each.columns }
    const bytes = bytesOf(each, material)
    // Once to warm up, as a node that runs is warm.
    rate(format, options, bytes)
    return { input, perSecond: Array.from({ length: rounds }, () => rate(format, options, bytes)) }
  })
  .toArray() satisfies ParsersOutcome
process.stdout.write(JSON.stringify(outcome))
