/**
 * Files that are made up, but have what matters to a similarity digest: what all files of a kind share, what one family
 * shares, and edits. Programs (a header, tokens of a tool chain, strings, padding), texts (words of a language) and
 * packed files (a stub before random bytes); 1 to 8 KiB, far closer together than lengths of real files are, which
 * makes the search harder.
 */
import { randomNumbers } from '../ask/lists.ts'

type Random = () => number

const BYTES_MIN = 1024
const BYTES_FACTOR = 8
const CHAINS = 12
const LANGUAGES = 6

/** Makes files; the same for the same seed. */
export class FileMaker {
  readonly #random: Random
  readonly #chains: readonly (readonly Uint8Array[])[]
  readonly #languages: readonly (readonly Uint8Array[])[]

  constructor(seed: number) {
    const random = randomNumbers(seed)
    this.#random = random
    this.#chains = Array.from({ length: CHAINS }, () => tokens(random, 600, 1, 6, 256))
    this.#languages = Array.from({ length: LANGUAGES }, () => tokens(random, 2000, 2, 10, 26))
  }

  /** A file that has nothing to do with any other but its kind. */
  base(): Uint8Array {
    const random = this.#random
    const file = new Uint8Array(Math.floor(BYTES_MIN * BYTES_FACTOR ** random()))
    const kind = random()
    if (kind < 0.6) {
      const chain = pick(this.#chains, random)
      const strings = Math.floor(file.length * (0.6 + 0.2 * random()))
      const padding = Math.floor(file.length * (0.85 + 0.14 * random()))
      fill(file, 0, 200, this.#chains[0]!, randomNumbers(CHAINS))
      fill(file, 200, strings, chain, random)
      fill(file, strings, padding, pick(this.#languages, random), random)
    } else if (kind < 0.9) {
      fill(file, 0, file.length, pick(this.#languages, random), random)
    } else {
      fill(file, 0, 300, this.#chains[1]!, randomNumbers(CHAINS))
      for (let at = 300; at < file.length; at++) file[at] = 256 * random()
    }
    return file
  }

  /** A file with some edits: one to some hundred, patched, inserted, cut out or moved. */
  variant(of: Uint8Array): Uint8Array {
    const random = this.#random
    const donor = pick(this.#chains, random)
    let file: Uint8Array = of.slice()
    for (let edits = Math.floor(100 ** random()); edits > 0; edits--) {
      const at = Math.floor(random() * file.length)
      const bytes = Math.floor(1 + random() * 24)
      const kind = random()
      if (kind < 0.5) fill(file, at, Math.min(file.length, at + bytes), donor, random)
      else if (kind < 0.7) file = spliced(file, at, 0, file.slice(0, bytes))
      else if (kind < 0.85) file = spliced(file, at, bytes, new Uint8Array(0))
      else file.copyWithin(at, Math.floor(random() * file.length), file.length - at)
    }
    return file
  }
}

function tokens(random: Random, count: number, min: number, max: number, letters: number): Uint8Array[] {
  const first = letters === 26 ? 97 : 0
  return Array.from({ length: count }, () =>
    Uint8Array.from(
      { length: Math.floor(min + random() * (max - min)) },
      () => first + Math.floor(letters * random() ** 1.5),
    ),
  )
}

/** Writes tokens from one place up to another; the first are by far the most frequent, as words are. */
function fill(file: Uint8Array, from: number, to: number, choice: readonly Uint8Array[], random: Random): void {
  for (let at = from; at < to; ) {
    const token = choice[Math.floor(choice.length * random() ** 3)]!
    for (let n = 0; n < token.length && at < to; n++) file[at++] = token[n]!
    if (token.length > 6 && at < to) file[at++] = 32
  }
}

function spliced(file: Uint8Array, at: number, cut: number, put: Uint8Array): Uint8Array {
  const out = new Uint8Array(Math.max(at, file.length - cut) + put.length)
  out.set(file.subarray(0, at))
  out.set(put, at)
  out.set(file.subarray(Math.min(file.length, at + cut)), at + put.length)
  return out
}

function pick<T>(choice: readonly T[], random: Random): T {
  return choice[Math.floor(random() * choice.length)]!
}
