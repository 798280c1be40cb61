/**
 * Response-rate limiting: a forged source address shall get few of our answers, so that nobody aims us at others.
 *
 * A bucket of tokens for each client network (IPv4 /24, IPv6 /56) and kind of answer, in a table that is made once: 32,768
 * buckets, two places for each, the fuller of which gives way (whoever is not limited loses nothing by it). Seeded, so that
 * nobody prepares networks that push each other out.
 *
 *     bucket = tag · tokens in 1/1000 · milliseconds when they were counted
 *
 * Of what is over the rate, every second answer is cut down to TC, not larger than its question: a real client behind a
 * forged flood comes by TCP, which cannot be forged (Vixie and Schryver, "Response Rate Limiting in DNS", 2012).
 */
import type { Peer } from './peer.ts'

const BUCKETS = 32_768
const WORDS = 3

/** Kinds of answers that are counted apart: a client that mistypes shall get the answers that it needs. */
export const KIND = { listed: 0, unlisted: 1, error: 2 } as const

/** What becomes of an answer. */
export type Limited = 'send' | 'slip' | 'drop'

export class RateLimit {
  readonly #rate: number
  readonly #seed: number
  readonly #words: Uint32Array
  #overRate = 0

  /** @param responsesPerSecond for each network and kind, in whole numbers; a second's worth at once. 0 limits nothing. */
  constructor(responsesPerSecond: number, seed: number) {
    this.#rate = responsesPerSecond
    this.#seed = seed
    this.#words = new Uint32Array(responsesPerSecond === 0 ? 0 : BUCKETS * WORDS)
  }

  /** Takes a token for an answer, if there is one. `now` is in milliseconds, of any origin. */
  judge({ isIpv4, words }: Peer, kind: number, now: number): Limited {
    if (this.#rate === 0) return 'send'
    const net = isIpv4 ? words[0]! >>> 8 : words[0]!
    const more = isIpv4 ? kind : 4 | kind | (words[1]! & 0xffffff00)
    const tag = mixed(mixed(net ^ this.#seed) ^ more) || 1
    if (this.#take(this.#bucketOf(tag, now >>> 0), now >>> 0)) return 'send'
    this.#overRate = (this.#overRate + 1) & 1
    return this.#overRate === 0 ? 'slip' : 'drop'
  }

  #bucketOf(tag: number, now: number): number {
    const words = this.#words
    const first = (tag & (BUCKETS - 2)) * WORDS
    const second = first + WORDS
    if (words[first] === tag) return first
    if (words[second] === tag) return second
    const at = this.#held(first, now) >= this.#held(second, now) ? first : second
    words[at] = tag
    words[at + 1] = this.#rate * 1000
    words[at + 2] = now
    return at
  }

  #take(at: number, now: number): boolean {
    const held = this.#held(at, now)
    this.#words[at + 2] = now
    this.#words[at + 1] = held < 1000 ? held : held - 1000
    return held >= 1000
  }

  /** Thousandths of tokens in a bucket by now; an empty place is full. */
  #held(at: number, now: number): number {
    const words = this.#words
    const whole = this.#rate * 1000
    if (words[at] === 0) return whole
    const elapsed = (now - words[at + 2]!) >>> 0
    // A tag, a time and a number of tokens fit in 32 bits each, for rates up to four million.
    return elapsed >= 1000 ? whole : Math.min(whole, words[at + 1]! + elapsed * this.#rate)
  }
}

/** The last step of MurmurHash3 (32 bits): every bit of the input reaches every bit of the output. */
function mixed(value: number): number {
  let x = value ^ (value >>> 16)
  x = Math.imul(x, 0x85ebca6b)
  x ^= x >>> 13
  x = Math.imul(x, 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
