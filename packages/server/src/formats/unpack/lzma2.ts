/** Streams of LZMA and LZMA2, piece by piece. */
import type { ByteReader } from './byte-reader.ts'
import { LzmaDecoder } from './lzma.ts'
import { type LzmaParameters, lzmaParameters } from './lzma-model.ts'
import { LzmaDamage } from './range-decoder.ts'

/** Bytes that are decoded in one go. */
const PIECE_BYTES = 64 * 1024

/** Bytes of input for bare LZMA, which does not say where it ends. */
const INPUT_BYTES = 64 * 1024

/**
 * Bare LZMA of a known size, as `.7z` has it. Throws {@link LzmaDamage}, and what the reader throws.
 *
 * @param windowBytes the dictionary; the caller has bounded it
 */
export async function* lzmaContent(
  input: ByteReader,
  parameters: LzmaParameters,
  windowBytes: number,
  sizeBytes: number,
): AsyncGenerator<Uint8Array, void> {
  const decoder = new LzmaDecoder(windowBytes)
  decoder.resetState(parameters)
  decoder.begin(await input.take(5))
  for (let left = sizeBytes; left > 0; ) {
    const given = decoder.decode(Math.min(PIECE_BYTES, left))
    left -= given.length
    if (given.length > 0) yield given.slice()
    else if (decoder.hasEnded) throw new LzmaDamage(`it must have ${sizeBytes} bytes, and ends before`)
    else {
      const more = await input.some(INPUT_BYTES)
      decoder.feed(Buffer.concat([decoder.rest, more]), more.length === 0)
    }
  }
}

/** The lowest control byte of a coded chunk, and from which on the state, the parameters and the window begin anew. */
const CODED = 0x80
const STATE_ANEW = 0xa0
const PARAMETERS_ANEW = 0xc0
const WINDOW_ANEW = 0xe0

/** LZMA2 bounds what its chunks may choose (`lc + lp`). */
const LITERAL_BITS_MAX = 4

/** LZMA2 to the mark of its end. Throws {@link LzmaDamage}, and what the reader throws. */
export async function* lzma2Content(input: ByteReader, windowBytes: number): AsyncGenerator<Uint8Array, void> {
  const decoder = new LzmaDecoder(windowBytes)
  // What a chunk must begin anew, as nothing is there yet.
  let needs = WINDOW_ANEW
  let parameters: LzmaParameters | undefined
  for (;;) {
    const control = (await input.take(1))[0]!
    if (control === 0) return
    if (control < CODED) {
      if (control > 2) throw new LzmaDamage(`a chunk must begin with 0, 1, 2 or 128 to 255, found ${control}`)
      if (control === 1) needs = Math.min(needs, PARAMETERS_ANEW)
      else if (needs === WINDOW_ANEW) throw new LzmaDamage('its first chunk must begin the window anew')
      if (control === 1) decoder.resetWindow()
      const size = (await input.take(2)).readUInt16BE() + 1
      yield* stored(input, decoder, size)
      continue
    }
    if (control < needs) throw new LzmaDamage('a chunk must begin anew what is not there yet')
    needs = CODED
    const [sizeBytes, packedBytes] = sizesOf(control, await input.take(4))
    if (control >= WINDOW_ANEW) decoder.resetWindow()
    if (control >= PARAMETERS_ANEW) parameters = parametersOf((await input.take(1))[0]!)
    if (control >= STATE_ANEW) decoder.resetState(parameters!)
    if (packedBytes < 5) throw new LzmaDamage(`a coded chunk must have 5 bytes or more, found ${packedBytes}`)
    const packed = await input.take(packedBytes)
    decoder.begin(packed)
    decoder.feed(packed.subarray(5), true)
    yield* coded(decoder, sizeBytes)
  }
}

function sizesOf(control: number, fields: Buffer): readonly [sizeBytes: number, packedBytes: number] {
  return [((control & 0x1f) << 16) + fields.readUInt16BE(0) + 1, fields.readUInt16BE(2) + 1]
}

function parametersOf(byte: number): LzmaParameters {
  const parameters = lzmaParameters(byte)
  if (parameters === undefined || parameters.lc + parameters.lp > LITERAL_BITS_MAX) {
    throw new LzmaDamage(`its parameters must be such that lc + lp is at most ${LITERAL_BITS_MAX}, found byte ${byte}`)
  }
  return parameters
}

async function* stored(input: ByteReader, decoder: LzmaDecoder, size: number): AsyncGenerator<Uint8Array, void> {
  const bytes = await input.take(size)
  decoder.store(bytes)
  yield bytes
}

function* coded(decoder: LzmaDecoder, sizeBytes: number): Generator<Uint8Array, void> {
  for (let left = sizeBytes; left > 0; ) {
    const given = decoder.decode(Math.min(PIECE_BYTES, left))
    if (given.length === 0) throw new LzmaDamage('a chunk must have as many bytes as it says')
    left -= given.length
    yield given.slice()
  }
  if (!decoder.end()) throw new LzmaDamage('a chunk must take as many bytes as it says')
}

/** The dictionary's size that LZMA2 says in one byte: 2 or 3 times a power of two, 4 KiB to 4 GiB; undefined for none. */
export function lzma2WindowBytes(byte: number): number | undefined {
  if (byte > 40) return undefined
  return byte === 40 ? 2 ** 32 - 1 : (2 | (byte & 1)) * 2 ** (Math.floor(byte / 2) + 11)
}
