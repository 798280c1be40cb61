/** What the header of a `.7z` says of its packed streams: where they lie, and by which coders they become files. */
import { SevenDamage, type SevenFields } from './seven-fields.ts'

// `7zFormat.txt`, "Property IDs".
const END = 0x00
const PACK_INFO = 0x06
const UNPACK_INFO = 0x07
const SUB_STREAMS_INFO = 0x08
const SIZES = 0x09
const SUMS = 0x0a
const FOLDERS = 0x0b
const UNPACK_SIZES = 0x0c
const STREAM_COUNTS = 0x0d

/** 7-Zip itself has 32; more than four were never met. */
const CODERS_MAX = 32
const STREAMS_MAX = 32

/** A method, and the numbers of streams that it takes and gives. */
export interface SevenCoder {
  /** In hexadecimal, as `030101`. */
  readonly method: string
  readonly properties: Buffer
  readonly inputs: number
  readonly outputs: number
}

/** A stretch of packed data that one chain of coders unpacks, as a rule of several files ("solid"). */
export interface SevenFolder {
  readonly coders: readonly SevenCoder[]
  /** Which input is fed by which output. */
  readonly binds: readonly (readonly [input: number, output: number])[]
  /** Inputs that are fed by packed streams, in their order. */
  readonly packed: readonly number[]
  /** By output. */
  readonly sizes: number[]
  sum: number | undefined
}

/** A file within a folder. */
export interface SevenPart {
  readonly sizeBytes: number
  readonly crc32: number | undefined
}

/** All of it. */
export interface SevenStreams {
  /** From the end of the signature header. */
  readonly packedBegin: number
  readonly packedSizes: readonly number[]
  readonly folders: readonly SevenFolder[]
  /** By folder. */
  readonly parts: readonly (readonly SevenPart[])[]
}

/** Reads "Streams Info". Throws {@link SevenDamage}. */
export function readStreams(fields: SevenFields, partsMax: number): SevenStreams {
  let packed: Pick<SevenStreams, 'packedBegin' | 'packedSizes'> = { packedBegin: 0, packedSizes: [] }
  let folders: readonly SevenFolder[] = []
  let parts: readonly (readonly SevenPart[])[] | undefined
  for (let id = fields.byte(); id !== END; id = fields.byte()) {
    if (id === PACK_INFO) packed = readPacked(fields)
    else if (id === UNPACK_INFO) folders = readFolders(fields)
    else if (id === SUB_STREAMS_INFO) parts = readParts(fields, folders, partsMax)
    else throw new SevenDamage(`an unknown part ${id}`)
  }
  parts ??= folders.map(folder => [{ sizeBytes: sizeOf(folder), crc32: folder.sum }])
  return { ...packed, folders, parts }
}

function readPacked(fields: SevenFields): Pick<SevenStreams, 'packedBegin' | 'packedSizes'> {
  const packedBegin = fields.number()
  const count = fields.count()
  let packedSizes: readonly number[] = []
  for (let id = fields.byte(); id !== END; id = fields.byte()) {
    if (id === SIZES) packedSizes = Array.from({ length: count }, () => fields.number())
    else if (id === SUMS) fields.sums(count)
    else throw new SevenDamage(`an unknown part ${id}`)
  }
  return { packedBegin, packedSizes }
}

function readFolders(fields: SevenFields): readonly SevenFolder[] {
  fields.expect(FOLDERS)
  const count = fields.count()
  // Nobody keeps folders in another stream.
  fields.expect(0)
  const folders = Array.from({ length: count }, () => readFolder(fields))
  fields.expect(UNPACK_SIZES)
  for (const { coders, sizes } of folders) {
    for (let left = sum(coders.map(({ outputs }) => outputs)); left > 0; left--) sizes.push(fields.number())
  }
  for (let id = fields.byte(); id !== END; id = fields.byte()) {
    if (id !== SUMS) throw new SevenDamage(`an unknown part ${id}`)
    for (const [at, crc32] of fields.sums(count).entries()) folders[at]!.sum = crc32
  }
  return folders
}

function readFolder(fields: SevenFields): SevenFolder {
  const coders = Array.from({ length: fields.count(CODERS_MAX) }, () => readCoder(fields))
  const inputs = sum(coders.map(coder => coder.inputs))
  const outputs = sum(coders.map(coder => coder.outputs))
  if (outputs === 0 || inputs < outputs - 1) throw new SevenDamage('coders that do not fit together')
  const place = (below: number): number => fields.count(below - 1)
  const binds = Array.from({ length: outputs - 1 }, () => [place(inputs), place(outputs)] as const)
  const free = Array.from({ length: inputs }, (_, at) => at).filter(at => binds.every(([input]) => input !== at))
  const count = inputs - binds.length
  const packed = count === 1 ? free : Array.from({ length: count }, () => place(inputs))
  if (packed.length !== count) throw new SevenDamage('coders that do not fit together')
  return { coders, binds, packed, sizes: [], sum: undefined }
}

function readCoder(fields: SevenFields): SevenCoder {
  const flags = fields.byte()
  if ((flags & 0xc0) !== 0) throw new SevenDamage('a coder with unknown flags')
  const method = fields.bytes(flags & 0x0f).toString('hex')
  const isComplex = (flags & 0x10) !== 0
  const inputs = isComplex ? fields.count(STREAMS_MAX) : 1
  const outputs = isComplex ? fields.count(STREAMS_MAX) : 1
  const properties = (flags & 0x20) === 0 ? Buffer.alloc(0) : fields.bytes(fields.count())
  return { method, properties, inputs, outputs }
}

function readParts(
  fields: SevenFields,
  folders: readonly SevenFolder[],
  partsMax: number,
): readonly (readonly SevenPart[])[] {
  let counts = folders.map(() => 1)
  let id = fields.byte()
  if (id === STREAM_COUNTS) {
    counts = folders.map(() => fields.count(partsMax))
    if (sum(counts) > partsMax) throw new SevenDamage(`more files than ${partsMax}`)
    id = fields.byte()
  }
  // The last of a folder has what the others leave; sizes are there even if nothing follows but that.
  const sizes = folders.map((folder, at) => {
    const count = counts[at]!
    if (count === 0) return []
    const told = Array.from({ length: count - 1 }, () => (id === SIZES ? fields.number() : 0))
    const last = sizeOf(folder) - sum(told)
    if (last < 0) throw new SevenDamage('files larger than what they are in')
    return [...told, last]
  })
  if (id === SIZES) id = fields.byte()
  const whole = (at: number): number | undefined => (counts[at] === 1 ? folders[at]!.sum : undefined)
  let sums: readonly (number | undefined)[] = []
  for (; id !== END; id = fields.byte()) {
    if (id !== SUMS) throw new SevenDamage(`an unknown part ${id}`)
    sums = fields.sums(sum(counts.map((count, at) => (whole(at) === undefined ? count : 0))))
  }
  let next = 0
  return sizes.map((inFolder, at) => {
    const known = whole(at)
    return inFolder.map(sizeBytes => ({ sizeBytes, crc32: known ?? sums[next++] }))
  })
}

/** The output that feeds no other coder. */
export function lastOutput({ binds, sizes }: SevenFolder): number {
  return sizes.findIndex((_, at) => binds.every(([, output]) => output !== at))
}

/** Bytes that come out of a folder. Throws {@link SevenDamage} where its coders go round in a circle. */
export function sizeOf(folder: SevenFolder): number {
  const size = folder.sizes[lastOutput(folder)]
  if (size === undefined) throw new SevenDamage('coders that do not fit together')
  return size
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0)
}
