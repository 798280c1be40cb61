/**
 * A first look at a query where it lies: the grammar of `query.ts`, without making a value of anything, so that a packet
 * costs what its bytes cost. What it does not settle (`odd`) is for {@link parseQuery}.
 */
import { TYPE } from './codes.ts'
import { LABEL_BYTES_MAX, NAME_BYTES_MAX } from './name.ts'
import { HEADER_BYTES } from './query.ts'

/** A name of 255 bytes has at most so many labels. */
const LABELS_MAX = 128

/** OPT without options: the root's name, type, class, TTL and length. */
const OPT_BYTES = 11

/**
 * What a packet is.
 *
 * - `plain`: one question, then nothing or an OPT of version 0.
 * - `odd`: something else that may be well-formed.
 * - `malformed`, `unsupported`, `ignore`: exactly as `parseQuery` has them.
 */
export type Scanned = 'plain' | 'odd' | 'malformed' | 'unsupported' | 'ignore'

/** Made once; every {@link QueryScan.read} overwrites what the one before found. */
export class QueryScan {
  /** Where the length bytes of the labels are, the leftmost first. */
  readonly labels = new Uint16Array(LABELS_MAX)
  /** How many labels, the root not counted. */
  labelCount = 0
  /** Behind the name's last zero. */
  nameEnd = 0
  /** Behind the question. */
  questionEnd = 0
  type = 0
  class = 0
  hasEdns = false
  dnssecOk = false

  /** Looks at the first `length` bytes. The fields hold for `plain`, those of the question for `odd` too. */
  read(bytes: Uint8Array, length: number): Scanned {
    if (length < HEADER_BYTES || bytes[2]! >= 0x80) return 'ignore'
    if ((bytes[2]! & 0x78) !== 0) return 'unsupported'
    if (bytes[4] !== 0 || bytes[5] !== 1 || !this.#readQuestion(bytes, length)) return 'malformed'
    this.hasEdns = false
    this.dnssecOk = false
    if ((bytes[6]! | bytes[7]! | bytes[8]! | bytes[9]! | bytes[10]!) !== 0) return 'odd'
    if (bytes[11] === 0) return length === this.questionEnd ? 'plain' : 'malformed'
    return bytes[11] === 1 ? this.#readOpt(bytes, length) : 'odd'
  }

  #readQuestion(bytes: Uint8Array, length: number): boolean {
    let at = HEADER_BYTES
    let count = 0
    for (;;) {
      if (at >= length) return false
      const size = bytes[at]!
      if (size === 0) break
      if (size > LABEL_BYTES_MAX) return false
      this.labels[count++] = at
      at += size + 1
      if (at - HEADER_BYTES >= NAME_BYTES_MAX) return false
    }
    this.labelCount = count
    this.nameEnd = at + 1
    this.questionEnd = at + 5
    if (this.questionEnd > length) return false
    this.type = (bytes[at + 1]! << 8) | bytes[at + 2]!
    this.class = (bytes[at + 3]! << 8) | bytes[at + 4]!
    return true
  }

  /** Options are passed over: none changes our answers. */
  #readOpt(bytes: Uint8Array, length: number): Scanned {
    const at = this.questionEnd
    if (at + OPT_BYTES > length) return 'malformed'
    if (bytes[at] !== 0 || bytes[at + 1] !== 0 || bytes[at + 2] !== TYPE.OPT) return 'odd'
    if (at + OPT_BYTES + ((bytes[at + 9]! << 8) | bytes[at + 10]!) !== length) return 'malformed'
    this.hasEdns = true
    this.dnssecOk = bytes[at + 7]! >= 0x80
    return bytes[at + 6] === 0 ? 'plain' : 'odd'
  }
}
