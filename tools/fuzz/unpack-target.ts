/** Archives, unpacked under small limits, whole and in pieces. */
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'
import { UNPACK_LIMITS, type UnpackLimits, unpack } from '../../packages/server/src/formats/unpack/unpack.ts'
import { pieces } from './mutate.ts'
import { tarOf, zipOf } from './samples/archives.ts'
import { must, seedsOf, type Target } from './target.ts'

/** Small, so that a case that is a bomb costs little to refuse. */
const LIMITS: Partial<UnpackLimits> = { unpackedBytesMax: 2 ** 20, spoolBytesMax: 2 ** 18, membersMax: 64 }

const SEVERAL_FRAMES = 'refused for what follows'

const LIST = Buffer.from('192.0.2.1\nexample.com\n'.repeat(20))
const TAR = tarOf([
  ['list.txt', LIST],
  ['b/c.csv', Buffer.from('ip\n192.0.2.1\n')],
])
const ZIP = zipOf([
  ['list.txt', LIST],
  ['x.json', Buffer.from('[]')],
])

/** Members and their bytes are the same however the input is cut, within the limits. */
export const UNPACK: Target = {
  name: 'unpack',
  seeds: [
    ...seedsOf(['192.0.2.1\n', 'BZh\n']),
    gzipSync(LIST),
    zstdCompressSync(LIST),
    TAR,
    gzipSync(TAR),
    ZIP,
    gzipSync(ZIP),
    gzipSync(gzipSync(gzipSync(LIST))),
  ],
  async check(bytes, chance) {
    const whole = await outcomeOf([bytes])
    const parted = await outcomeOf(pieces(bytes, chance))
    // Frames of zstd behind one another are all read where one ends with a piece, and refused where it does not.
    if (whole === SEVERAL_FRAMES || parted === SEVERAL_FRAMES) return
    must(whole === parted, () => `whole: ${whole.slice(0, 500)}, in pieces: ${parted.slice(0, 500)}`)
  },
}

async function outcomeOf(parts: readonly Buffer[]): Promise<string> {
  const found: string[] = []
  let total = 0
  try {
    for await (const { name, chunks } of unpack('feed.gz', streamOf(parts), LIMITS)) {
      must(name.length <= 255, () => `a name of ${name.length} characters`)
      const content: Uint8Array[] = []
      for await (const chunk of chunks) {
        total += chunk.length
        content.push(Uint8Array.from(chunk))
      }
      found.push(`${name} ${Buffer.concat(content).toString('latin1')}`)
    }
  } catch (error) {
    if (!(error instanceof ProblemError) || error.problem.code !== 'invalid') throw error
    // What came before depends on where the pieces end; that it was refused does not.
    return error.message.includes('several zstd frames') ? SEVERAL_FRAMES : 'refused'
  } finally {
    const most = Math.max(LIMITS.unpackedBytesMax ?? UNPACK_LIMITS.unpackedBytesMax, 0) * UNPACK_LIMITS.depthMax
    must(total <= most + parts.reduce((sum, part) => sum + part.length, 0), () => `${total} bytes unpacked`)
  }
  return JSON.stringify(found)
}

async function* streamOf(parts: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* parts
}
