/**
 * Answers of the handler, kept for a second for whoever repeats the question: the names that everybody asks about.
 *
 * Direct-mapped over two arrays that are made once. A slot holds the question in lower case and what followed it; the
 * answer is put behind the question as it is asked now, so that its letter case is repeated and all pointers hold. An
 * answer is good for the batch of the book that it was made from, and for a second, which is how far its TTL is off.
 */
import type { QueryScan } from '../../protocols/dns/index.ts'

const SLOTS = 2048
const QUESTION_BYTES_MAX = 160
const TAIL_BYTES_MAX = 352
const SLOT_BYTES = QUESTION_BYTES_MAX + TAIL_BYTES_MAX
/** RFC 1035 §2.3.4: what every UDP client takes, so that an answer does not depend on what this one takes. */
const ANSWER_BYTES_MAX = 512
const GOOD_FOR_MS = 1000
const HEADER_BYTES = 12

/** Words of a slot: hash, sequence, question bytes, EDNS of the question, tail bytes, flags and counts, note, time. */
const WORDS = 8

export class AnswerCache {
  /** What was noted with the answer that was found last. */
  note = 0
  readonly #bytes = new Uint8Array(SLOTS * SLOT_BYTES)
  readonly #words = new Uint32Array(SLOTS * WORDS)
  #hash = 0

  /**
   * Writes the kept answer to a scanned question behind it; gives the answer's length, 0 where there is none.
   *
   * @param now milliseconds, of any origin.
   */
  answer(bytes: Uint8Array, scan: QueryScan, sequence: number, now: number): number {
    const { questionEnd } = scan
    this.#hash = hashOf(bytes, questionEnd)
    const slot = this.#hash & (SLOTS - 1)
    const words = this.#words
    const at = slot * WORDS
    if (words[at] !== this.#hash || words[at + 1] !== sequence || words[at + 2] !== questionEnd) return 0
    if (words[at + 3] !== ednsOf(scan) || ((now >>> 0) - words[at + 7]!) >>> 0 >= GOOD_FOR_MS) return 0
    const from = slot * SLOT_BYTES
    if (!isSameQuestion(this.#bytes, from, bytes, questionEnd)) return 0
    const tail = words[at + 4]!
    for (let i = 0; i < tail; i++) bytes[questionEnd + i] = this.#bytes[from + QUESTION_BYTES_MAX + i]!
    const head = words[at + 5]!
    bytes[2] = (head & 0xfe) | (bytes[2]! & 1)
    bytes[3] = (head >>> 8) & 255
    bytes[6] = 0
    bytes[7] = (head >>> 16) & 15
    bytes[8] = 0
    bytes[9] = (head >>> 20) & 15
    bytes[10] = 0
    bytes[11] = head >>> 24
    this.note = words[at + 6]!
    return questionEnd + tail
  }

  /** Keeps nothing of what was answered until now. */
  clear(): void {
    this.#words.fill(0)
  }

  /**
   * Keeps an answer to the question that {@link answer} had none for; passes over errors and what is long or cut off.
   *
   * @param question where the question lies, with its header.
   * @param note 32 bits that are given back with the answer.
   */
  keep(question: Uint8Array, scan: QueryScan, answer: Uint8Array, sequence: number, now: number, note: number): void {
    const { questionEnd } = scan
    const tail = answer.length - questionEnd
    const rcode = answer[3]! & 15
    if (questionEnd - HEADER_BYTES > QUESTION_BYTES_MAX || tail > TAIL_BYTES_MAX) return
    if (answer.length > ANSWER_BYTES_MAX || (answer[2]! & 2) !== 0 || (rcode !== 0 && rcode !== 3)) return
    if (answer[7]! > 15 || answer[9]! > 15) return
    const slot = this.#hash & (SLOTS - 1)
    const words = this.#words
    const at = slot * WORDS
    words[at] = this.#hash
    words[at + 1] = sequence
    words[at + 2] = questionEnd
    words[at + 3] = ednsOf(scan)
    words[at + 4] = tail
    words[at + 5] = answer[2]! | (answer[3]! << 8) | (answer[7]! << 16) | (answer[9]! << 20) | (answer[11]! << 24)
    words[at + 6] = note
    words[at + 7] = now
    const from = slot * SLOT_BYTES
    for (let i = HEADER_BYTES; i < questionEnd; i++) this.#bytes[from + i - HEADER_BYTES] = lower(question[i]!)
    this.#bytes.set(answer.subarray(questionEnd), from + QUESTION_BYTES_MAX)
  }
}

/** An answer has an OPT where its question has one, with the same DO bit. */
function ednsOf(scan: QueryScan): number {
  return scan.hasEdns ? (scan.dnssecOk ? 3 : 1) : 0
}

/** Names that collide cost the one who sends them: each is compared byte by byte, and none holds another's place long. */
function hashOf(bytes: Uint8Array, end: number): number {
  let hash = 0x811c9dc5
  for (let at = HEADER_BYTES; at < end; at++) hash = Math.imul(hash ^ lower(bytes[at]!), 0x01000193)
  return (hash ^ (hash >>> 15)) >>> 0
}

function isSameQuestion(kept: Uint8Array, from: number, bytes: Uint8Array, end: number): boolean {
  if (end - HEADER_BYTES > QUESTION_BYTES_MAX) return false
  for (let at = HEADER_BYTES; at < end; at++) {
    if (kept[from + at - HEADER_BYTES] !== lower(bytes[at]!)) return false
  }
  return true
}

function lower(byte: number): number {
  return byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte
}
