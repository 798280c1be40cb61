/**
 * A TLSH index as bytes, to keep and to load again.
 *
 *     "tlshidx1" · number of digests (4 bytes) · digests · SHA-256 of all before it (32 bytes)
 *     digest = 35 bytes as in tlsh.ts · label (4 bytes); numbers with the high byte first
 *
 * Digests alone, no search structure: a million take 39 MB and about a second to load.
 */
import { bytesEqual, fail, ok, type Result, type Sha256 } from '../base/index.ts'
import { TLSH_BYTES, tlshFromBytes } from './tlsh.ts'
import { TlshIndex } from './tlsh-index.ts'

const MAGIC = Uint8Array.from('tlshidx1', letter => letter.charCodeAt(0))
const START = MAGIC.length + 4
const ROW_BYTES = TLSH_BYTES + 4
const CHECK_BYTES = 32

/** The index as bytes. */
export function saveIndex(index: TlshIndex, sha256: Sha256): Uint8Array {
  const bytes = new Uint8Array(START + index.size * ROW_BYTES + CHECK_BYTES)
  const view = new DataView(bytes.buffer)
  bytes.set(MAGIC)
  view.setUint32(MAGIC.length, index.size)
  let at = START
  for (const { digest, label } of index.each()) {
    bytes.set(digest, at)
    view.setUint32(at + TLSH_BYTES, label)
    at += ROW_BYTES
  }
  bytes.set(sha256(bytes.subarray(0, at)), at)
  return bytes
}

/** The index that was saved. Fails with `invalid` for bytes that are cut short, changed, or something else. */
export function loadIndex(bytes: Uint8Array, sha256: Sha256): Result<TlshIndex> {
  const whole = checkWhole(bytes, sha256)
  if (!whole.ok) return whole
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const index = new TlshIndex()
  for (let row = 0; row < whole.value; row++) {
    const at = START + row * ROW_BYTES
    const digest = tlshFromBytes(bytes.subarray(at, at + TLSH_BYTES))
    if (!digest.ok) return refuse(`row ${row} must hold a digest: ${digest.problem.message}`)
    index.add(digest.value, view.getUint32(at + TLSH_BYTES))
  }
  return ok(index)
}

/** The number of digests, once length and checksum are as they must be. */
function checkWhole(bytes: Uint8Array, sha256: Sha256): Result<number> {
  if (bytes.length < START + CHECK_BYTES || !bytesEqual(bytes.subarray(0, MAGIC.length), MAGIC)) {
    return refuse(`it must begin with "tlshidx1" and have ${START + CHECK_BYTES} bytes or more, found ${bytes.length}`)
  }
  const digests = new DataView(bytes.buffer, bytes.byteOffset).getUint32(MAGIC.length)
  const wanted = START + digests * ROW_BYTES + CHECK_BYTES
  if (bytes.length !== wanted) {
    return refuse(`with ${digests} digests it must have ${wanted} bytes, found ${bytes.length}`)
  }
  const body = bytes.subarray(0, wanted - CHECK_BYTES)
  if (!bytesEqual(sha256(body), bytes.subarray(wanted - CHECK_BYTES))) {
    return refuse('its SHA-256 must be the one at its end, and is another')
  }
  return ok(digests)
}

function refuse(why: string): Result<never> {
  return fail('invalid', `Cannot load the TLSH index: ${why}`)
}
