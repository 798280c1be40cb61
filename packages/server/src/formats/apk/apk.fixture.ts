/** Writes Android packages for tests: manifests in binary XML, signing blocks, v1 signatures. Not signed by anybody. */
import { type ZipEntry, zipOf } from '../unpack/zip.fixture.ts'

/** An attribute: with an id as those of Android, or by name alone. */
export interface SampleAttribute {
  readonly name: string
  readonly id?: number
  readonly value: string | number
}

/** An element with those inside it. */
export interface SampleElement {
  readonly name: string
  readonly attributes?: readonly SampleAttribute[]
  readonly inside?: readonly SampleElement[]
}

const NONE = 0xffffffff

/** Binary XML; strings in UTF-8 or UTF-16. */
export function axmlOf(root: SampleElement, encoding: 'utf8' | 'utf16' = 'utf16'): Buffer {
  const all: SampleElement[] = []
  const visit = (element: SampleElement): void => {
    all.push(element)
    element.inside?.forEach(visit)
  }
  visit(root)
  const attributes = all.flatMap(element => element.attributes ?? [])
  // Names that have ids stand first: the table of ids goes by their place.
  const named = [...new Map(attributes.filter(each => each.id !== undefined).map(each => [each.id, each])).values()]
  const others = [...all.map(each => each.name), ...attributes.flatMap(each => [each.name, String(each.value)])]
  const strings = [...named.map(each => each.name), ...new Set(others)]
  const indexOf = ({ id, name }: SampleAttribute): number =>
    id === undefined ? strings.lastIndexOf(name) : named.findIndex(each => each.id === id)
  const nodes = (element: SampleElement): Buffer[] => [
    startOf(element, strings, indexOf),
    ...(element.inside ?? []).flatMap(nodes),
    chunk(0x0103, 16, words(1, NONE), words(NONE, strings.lastIndexOf(element.name))),
  ]
  const ids = chunk(0x0180, 8, words(...named.map(each => each.id!)))
  return chunk(0x0003, 8, Buffer.concat([poolOf(strings, encoding), ids, ...nodes(root)]))
}

function startOf(
  { name, attributes = [] }: SampleElement,
  strings: readonly string[],
  indexOf: (attribute: SampleAttribute) => number,
): Buffer {
  const rows = attributes.map(attribute => {
    const isText = typeof attribute.value === 'string'
    const data = isText ? strings.lastIndexOf(String(attribute.value)) : Number(attribute.value)
    return Buffer.concat([
      words(NONE, indexOf(attribute), NONE),
      Buffer.from([8, 0, 0, isText ? 3 : 0x10]),
      words(data),
    ])
  })
  const sizes = Buffer.alloc(12)
  sizes.writeUInt16LE(20, 0)
  sizes.writeUInt16LE(20, 2)
  sizes.writeUInt16LE(attributes.length, 4)
  return chunk(0x0102, 16, words(1, NONE), words(NONE, strings.lastIndexOf(name)), sizes, ...rows)
}

function poolOf(strings: readonly string[], encoding: 'utf8' | 'utf16'): Buffer {
  const texts = strings.map(text => {
    if (encoding === 'utf8')
      return Buffer.concat([Buffer.from([text.length, Buffer.byteLength(text)]), Buffer.from(`${text}\0`)])
    const length = Buffer.alloc(2)
    length.writeUInt16LE(text.length)
    return Buffer.concat([length, Buffer.from(`${text}\0`, 'utf16le')])
  })
  const offsets = texts.map((_, at) => texts.slice(0, at).reduce((sum, text) => sum + text.length, 0))
  const head = words(strings.length, 0, encoding === 'utf8' ? 0x100 : 0, 28 + 4 * strings.length, 0)
  return chunk(0x0001, 28, head, words(...offsets), ...texts)
}

/** An APK: a manifest, a signing block of the given pairs (`id`, signers' certificates) and further entries. */
export function apkOf(
  manifest: Uint8Array,
  {
    signed = [],
    entries = [],
  }: {
    readonly signed?: readonly (readonly [number, readonly Uint8Array[]])[]
    readonly entries?: readonly ZipEntry[]
  } = {},
): Buffer {
  const zip = zipOf([{ name: 'AndroidManifest.xml', content: manifest }, ...entries])
  return signed.length === 0
    ? zip
    : withBlock(zip, Buffer.concat(signed.map(([id, certificates]) => pairOf(id, certificates))))
}

/** Puts a signing block with these pairs between entries and directory. */
export function withBlock(zip: Buffer, pairs: Uint8Array): Buffer {
  const end = zip.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  const directory = zip.readUInt32LE(end + 16)
  const size = Buffer.alloc(8)
  size.writeUInt32LE(pairs.length + 24)
  const block = Buffer.concat([size, pairs, size, Buffer.from('APK Sig Block 42')])
  const signed = Buffer.concat([zip.subarray(0, directory), block, zip.subarray(directory)])
  signed.writeUInt32LE(directory + block.length, end + block.length + 16)
  return signed
}

/** A pair of the block with a signer for each certificate. */
export function pairOf(id: number, certificates: readonly Uint8Array[]): Buffer {
  const signers = certificates.map(each => {
    const signedData = Buffer.concat([prefixed(prefixed(Buffer.from('digest'))), prefixed(prefixed(each)), words(0)])
    return prefixed(Buffer.concat([prefixed(signedData), words(0), words(0)]))
  })
  const value = prefixed(Buffer.concat(signers))
  const head = Buffer.alloc(12)
  head.writeUInt32LE(value.length + 4)
  head.writeUInt32LE(id, 8)
  return Buffer.concat([head, value])
}

/** A certificate with nothing but serial number and issuer, in DER. */
export function certificateOf(serial: number): Buffer {
  const tbs = der(0x30, der(0xa0, der(2, Buffer.from([2]))), der(2, Buffer.from([serial])), der(0x30), issuer(serial))
  return der(0x30, tbs, der(0x30), der(3, Buffer.alloc(200)))
}

/** A v1 signature by the certificate of a serial number, with others beside it. */
export function jarSignatureOf(serial: number, certificates: readonly Uint8Array[]): Buffer {
  const signer = der(0x30, der(2, Buffer.from([1])), der(0x30, issuer(serial), der(2, Buffer.from([serial]))))
  const signedData = der(
    0x30,
    der(2, Buffer.from([1])),
    der(0x31),
    der(0x30),
    der(0xa0, ...certificates),
    der(0x31, signer),
  )
  return der(0x30, der(6, Buffer.from('2a864886f70d010702', 'hex')), der(0xa0, signedData))
}

function issuer(serial: number): Buffer {
  return der(0x30, der(0x0c, Buffer.from(`issuer ${serial}`)))
}

function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const length = content.length < 128 ? [content.length] : [0x82, content.length >> 8, content.length & 0xff]
  return Buffer.concat([Buffer.from([tag, ...length]), content])
}

function chunk(type: number, headerBytes: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt16LE(type, 0)
  head.writeUInt16LE(headerBytes, 2)
  head.writeUInt32LE(content.length + 8, 4)
  return Buffer.concat([head, content])
}

function prefixed(bytes: Uint8Array): Buffer {
  return Buffer.concat([words(bytes.length), bytes])
}

function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [at, value] of values.entries()) bytes.writeUInt32LE(value >>> 0, 4 * at)
  return bytes
}
