/** Unpacks a folder of a `.7z`: a chain of coders behind one packed stream. */
import { ByteReader } from './byte-reader.ts'
import { decompressed } from './decompress.ts'
import { deltaUndone, x86Undone } from './filters.ts'
import { type Budget, cannotUnpack } from './limits.ts'
import { lzmaParameters } from './lzma-model.ts'
import { lzma2Content, lzma2WindowBytes, lzmaContent } from './lzma2.ts'
import { LzmaDamage } from './range-decoder.ts'
import { lastOutput, type SevenCoder, type SevenFolder } from './seven-streams.ts'

/** `Methods.txt` of the LZMA SDK: what is not unpacked here and is worth a name. */
const OTHERS: Readonly<Record<string, string>> = {
  '030401': 'PPMd',
  '040202': 'bzip2',
  '0303011b': 'BCJ2',
  '03030501': 'ARM',
  '0a': 'ARM64',
  '0b': 'RISC-V',
  '04f71101': 'zstd',
}

const AES = '06f10701'

/** The coders of a folder from the packed stream on, or why it cannot be unpacked. */
export function chainOf(name: string, folder: SevenFolder): readonly [coder: SevenCoder, sizeBytes: number][] {
  const { coders, binds, packed, sizes } = folder
  if (coders.some(({ method }) => method === AES)) {
    throw cannotUnpack(name, 'it is encrypted; unpack it first, or have it sent without a password')
  }
  const unread = coders.find(({ method, inputs, outputs }) => !(method in READERS) || inputs !== 1 || outputs !== 1)
  if (unread !== undefined) {
    const found = OTHERS[unread.method] ?? `method ${unread.method}`
    throw cannotUnpack(name, `it must be packed by LZMA, LZMA2, deflate, delta or x86, found ${found}, not read here`)
  }
  const chain: [SevenCoder, number][] = []
  let at: number | undefined = lastOutput(folder)
  while (at !== undefined && at >= 0 && chain.length < coders.length) {
    chain.push([coders[at]!, sizes[at]!])
    const wanted: number = at
    at = binds.find(([input]) => input === wanted)?.[1]
  }
  if (at !== undefined || chain.length !== coders.length || packed.length !== 1) {
    throw cannotUnpack(name, 'its coders must be one chain, and are not')
  }
  return chain.reverse()
}

/**
 * What a folder holds. Rejects with `invalid` where it is encrypted, of a method that is not read here or beyond the budget,
 * with {@link LzmaDamage} or `CutOff` where it is damaged, and with the input's own error.
 */
export async function* folderContent(
  name: string,
  folder: SevenFolder,
  packed: AsyncIterable<Uint8Array>,
  budget: Budget,
): AsyncGenerator<Uint8Array, void> {
  let content = packed
  for (const [coder, sizeBytes] of chainOf(name, folder)) {
    content = READERS[coder.method]!({ name, coder, sizeBytes, budget }, content)
  }
  yield* content
}

interface Step {
  readonly name: string
  readonly coder: SevenCoder
  /** Bytes that come out. */
  readonly sizeBytes: number
  readonly budget: Budget
}

type Read = (step: Step, input: AsyncIterable<Uint8Array>) => AsyncIterable<Uint8Array>

const READERS: Readonly<Record<string, Read>> = {
  '00': (_, input) => input,
  '21': lzma2,
  '030101': lzma,
  '03': ({ coder }, input) => deltaUndone(input, (coder.properties[0] ?? 0) + 1),
  '04': (_, input) => x86Undone(input),
  '03030103': (_, input) => x86Undone(input),
  '040108': ({ name, budget }, input) => decompressed(name, input, 'deflate', budget),
}

async function* lzma({ name, coder, sizeBytes, budget }: Step, input: AsyncIterable<Uint8Array>) {
  const { properties } = coder
  const parameters = properties.length === 5 ? lzmaParameters(properties[0]!) : undefined
  if (parameters === undefined) throw new LzmaDamage('parameters that are none')
  using window = budget.holdWindow(name, Math.min(properties.readUInt32LE(1), sizeBytes))
  yield* lzmaContent(new ByteReader(input), parameters, window.bytes, sizeBytes)
}

async function* lzma2({ name, coder, sizeBytes, budget }: Step, input: AsyncIterable<Uint8Array>) {
  const told = coder.properties.length === 1 ? lzma2WindowBytes(coder.properties[0]!) : undefined
  if (told === undefined) throw new LzmaDamage('a window of no size')
  using window = budget.holdWindow(name, Math.min(told, sizeBytes))
  yield* lzma2Content(new ByteReader(input), window.bytes)
}
