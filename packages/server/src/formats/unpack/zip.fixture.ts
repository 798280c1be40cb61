/** Writes zip archives for tests, the crooked ones too. */
import { crc32, deflateRawSync } from 'node:zlib'

/** One entry; what is absent is as it should be. */
export interface ZipEntry {
  readonly name: string
  readonly content: Uint8Array
  readonly method?: number
  readonly flags?: number
  /** What the directory says instead of the truth. */
  readonly says?: {
    readonly crc32?: number
    readonly size?: number
    readonly packedSize?: number
    readonly at?: number
  }
  /** Unix file mode. */
  readonly mode?: number
}

/** The bytes of an archive; method 8 (deflate) by default, contents of other methods but 0 are taken as packed. */
export function zipOf(entries: readonly ZipEntry[]): Buffer {
  const parts: Buffer[] = []
  const directory: Buffer[] = []
  let at = 0
  for (const entry of entries) {
    const { name, content, method = 8, flags = 0, says = {}, mode = 0o100644 } = entry
    const packed = method === 8 ? deflateRawSync(content) : Buffer.from(content)
    const fields = Buffer.alloc(26)
    fields.writeUInt16LE(20, 0)
    fields.writeUInt16LE(flags, 2)
    fields.writeUInt16LE(method, 4)
    fields.writeUInt32LE(says.crc32 ?? crc32(content), 10)
    fields.writeUInt32LE(says.packedSize ?? packed.length, 14)
    fields.writeUInt32LE(says.size ?? content.length, 18)
    fields.writeUInt16LE(Buffer.byteLength(name), 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), fields, Buffer.from(name)])
    const rest = Buffer.alloc(14)
    rest.writeUInt32LE((mode << 16) >>> 0, 6)
    rest.writeUInt32LE(says.at ?? at, 10)
    directory.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), fields, rest, Buffer.from(name))
    parts.push(local, packed)
    at += local.length + packed.length
  }
  const index = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06', 'latin1')
  end.writeUInt16LE(entries.length, 8)
  end.writeUInt16LE(entries.length, 10)
  end.writeUInt32LE(index.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...parts, index, end])
}
