/** `.xz` (The .xz File Format 1.2.1): streams of blocks of LZMA2, each with a check sum, and an index behind them. */
import { createHash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import { ByteReader, CutOff } from './byte-reader.ts'
import { type Budget, cannotUnpack } from './limits.ts'
import { LzmaDamage } from './range-decoder.ts'
import { blockContent, blockHeader } from './xz-block.ts'
import { CHECK_BYTES, type Sum, sumOf } from './xz-check.ts'
import { NUMBER_BYTES_MAX, numberOf } from './xz-number.ts'

const MAGIC = Buffer.from('\xfd7zXZ\x00', 'latin1')
const FOOTER_MAGIC = 'YZ'

/**
 * What a `.xz` holds, its streams behind one another. Rejects with `invalid` where it is damaged, cut off, beyond the budget or
 * packed by a filter that is not undone here; with the input's own error where that failed. Leaving off closes the input.
 */
export async function* xzContent(
  name: string,
  input: AsyncIterable<Uint8Array>,
  budget: Budget,
): AsyncGenerator<Uint8Array, void> {
  const reader = new ByteReader(input)
  try {
    for await (const chunk of streams(name, reader, budget)) {
      budget.takeUnpacked(chunk.length)
      yield chunk
    }
  } catch (error) {
    if (!(error instanceof LzmaDamage || error instanceof CutOff)) throw error
    throw cannotUnpack(name, `its xz data must be whole and undamaged, found "${error.message}"`, error)
  } finally {
    await reader.close()
  }
}

async function* streams(name: string, reader: ByteReader, budget: Budget): AsyncGenerator<Uint8Array, void> {
  let begin = await reader.take(12)
  for (;;) {
    yield* stream(name, reader, begin, budget)
    // §2.2: zeros, in fours, may be between streams and at the end.
    let word: Buffer
    do {
      const first = await reader.some(4)
      if (first.length === 0) return
      word = Buffer.concat([first, await reader.take(4 - first.length)])
    } while (word.readUInt32LE() === 0)
    begin = Buffer.concat([word, await reader.take(8)])
  }
}

async function* stream(
  name: string,
  reader: ByteReader,
  begin: Buffer,
  budget: Budget,
): AsyncGenerator<Uint8Array, void> {
  const flags = begin.subarray(6, 8)
  if (!begin.subarray(0, 6).equals(MAGIC) || crc32(flags) !== begin.readUInt32LE(8))
    throw new LzmaDamage('a wrong header')
  if (flags[0] !== 0 || flags[1]! > 15) throw new LzmaDamage('a header with unknown flags')
  const blocks = new Blocks()
  for (;;) {
    const words = (await reader.take(1))[0]!
    if (words === 0) break
    const header = blockHeader(name, Buffer.concat([Buffer.of(words), await reader.take(4 * words + 3)]))
    const from = reader.taken
    const sum = sumOf(flags[1]!)
    let unpackedBytes = 0
    for await (const chunk of blockContent(name, reader, header, budget)) {
      unpackedBytes += chunk.length
      sum?.update(chunk)
      yield chunk
    }
    const packedBytes = reader.taken - from
    await endBlock(reader, packedBytes, flags[1]!, sum)
    const unpaddedBytes = 4 * words + 4 + packedBytes + CHECK_BYTES[flags[1]!]!
    if (
      (header.packedBytes ?? packedBytes) !== packedBytes ||
      (header.unpackedBytes ?? unpackedBytes) !== unpackedBytes
    )
      throw new LzmaDamage('a block of another size than it says')
    blocks.add(unpaddedBytes, unpackedBytes)
  }
  await readIndex(reader, blocks)
  const footer = await reader.take(12)
  const isRight = footer.toString('latin1', 10) === FOOTER_MAGIC && footer.subarray(8, 10).equals(flags)
  if (!isRight || crc32(footer.subarray(4, 10)) !== footer.readUInt32LE(0)) throw new LzmaDamage('a wrong footer')
}

async function endBlock(reader: ByteReader, packedBytes: number, check: number, sum: Sum | undefined): Promise<void> {
  const padding = await reader.take(-packedBytes & 3)
  if (padding.some(byte => byte !== 0)) throw new LzmaDamage('bytes that are no padding')
  const told = await reader.take(CHECK_BYTES[check]!)
  if (sum !== undefined && !sum.digest().equals(told)) throw new LzmaDamage('a check sum that is another')
}

/** What the index must say, as a sum of all of it: there may be many blocks. */
class Blocks {
  readonly #sum = createHash('sha256')
  count = 0

  add(unpaddedBytes: number, unpackedBytes: number): void {
    this.#sum.update(`${unpaddedBytes} ${unpackedBytes} `)
    this.count++
  }

  digest(): string {
    return this.#sum.digest('hex')
  }
}

/** Reads the index (§4), whose first byte was taken, and holds it against the blocks that came. */
async function readIndex(reader: ByteReader, blocks: Blocks): Promise<void> {
  let sum = crc32(Buffer.of(0))
  let bytes = 1
  const next = async () => {
    const read: number[] = []
    do {
      read.push((await reader.take(1))[0]!)
    } while (read.at(-1)! >= 0x80 && read.length < NUMBER_BYTES_MAX)
    sum = crc32(Buffer.from(read), sum)
    bytes += read.length
    return numberOf(read, 0).value
  }
  const said = new Blocks()
  const count = await next()
  if (count !== blocks.count) throw new LzmaDamage('an index of other blocks')
  for (let block = 0; block < count; block++) said.add(await next(), await next())
  const padding = await reader.take(-bytes & 3)
  if (said.digest() !== blocks.digest() || padding.some(byte => byte !== 0)) throw new LzmaDamage('a wrong index')
  if (crc32(padding, sum) !== (await reader.take(4)).readUInt32LE()) throw new LzmaDamage('a wrong index')
}
