import { addLabel, type NameHash, startName } from '@tocsin/core/list'

/** `tk-` and 26 characters of base32. */
const LABEL_BYTES = 29

/**
 * The key labels that may ask, so that one can be looked up where it lies in a packet: by a seeded hash first, then byte
 * by byte, for a hash is no proof.
 */
export class KeyLabels {
  readonly #seed: number
  readonly #hash: NameHash = { low: 0, high: 0 }
  #all: ReadonlySet<string> = new Set()
  #bytes = new Uint8Array()
  /** Places in `#bytes`, counted from 1, by hash; a power of two in number. */
  #slots = new Uint32Array(2)

  /** @param seed random, so that nobody prepares labels that collide. */
  constructor(seed: number, labels: Iterable<string> = []) {
    this.#seed = seed
    this.replace(labels)
  }

  /** From now on these labels, in lower case; what has another length than a label is passed over. */
  replace(labels: Iterable<string>): void {
    this.#all = new Set([...labels].filter(label => label.length === LABEL_BYTES))
    this.#bytes = Uint8Array.from([...this.#all].join(''), letter => letter.charCodeAt(0))
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * this.#all.size + 2)))
    for (let place = 1; place <= this.#all.size; place++) {
      let slot = this.#home(this.#bytes, (place - 1) * LABEL_BYTES)
      while (this.#slots[slot] !== 0) slot = (slot + 1) & (this.#slots.length - 1)
      this.#slots[slot] = place
    }
  }

  /** Whether a label in lower case may ask. */
  accepts(label: string): boolean {
    return this.#all.has(label)
  }

  /** Whether the 29 bytes at `at`, in any case, may ask. */
  acceptsAt(bytes: Uint8Array, at: number): boolean {
    for (let slot = this.#home(bytes, at); this.#slots[slot] !== 0; slot = (slot + 1) & (this.#slots.length - 1)) {
      if (this.#isAt((this.#slots[slot]! - 1) * LABEL_BYTES, bytes, at)) return true
    }
    return false
  }

  #home(bytes: Uint8Array, at: number): number {
    startName(this.#hash, this.#seed)
    addLabel(this.#hash, bytes, at, at + LABEL_BYTES)
    return this.#hash.low & (this.#slots.length - 1)
  }

  #isAt(place: number, bytes: Uint8Array, at: number): boolean {
    for (let i = 0; i < LABEL_BYTES; i++) {
      const byte = bytes[at + i]!
      if ((byte >= 0x41 && byte <= 0x5a ? byte | 0x20 : byte) !== this.#bytes[place + i]) return false
    }
    return true
  }
}

/** Whether the label at `at`, whose length byte says `size`, has the shape of a key: `tk-` and 26 of a–z, 2–7. */
export function isKeyShaped(bytes: Uint8Array, at: number, size: number): boolean {
  if (size !== LABEL_BYTES || (bytes[at]! | 0x20) !== 0x74 || (bytes[at + 1]! | 0x20) !== 0x6b) return false
  if (bytes[at + 2] !== 0x2d) return false
  for (let i = 3; i < LABEL_BYTES; i++) {
    const byte = bytes[at + i]!
    const letter = byte | 0x20
    if (!(letter >= 0x61 && letter <= 0x7a) && !(byte >= 0x32 && byte <= 0x37)) return false
  }
  return true
}
