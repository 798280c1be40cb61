/** Numbers that look random and come again for the same seed, case by case. */

/** One stream of numbers; made of a seed, a name and the number of a case, so that any case can be had alone. */
export class Chance {
  #state: number

  constructor(seed: number, name: string, number: number) {
    let state = seed | 0
    for (let at = 0; at < name.length; at++) state = Math.imul(state ^ name.charCodeAt(at), 0x01000193)
    this.#state = Math.imul(state ^ number, 0x9e3779b1) ^ (number >>> 7)
  }

  /** A whole number from 0 to `end` − 1. By Mulberry32 (Tommy Ettinger, public domain). */
  below(end: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * end)
  }

  /** True once in `times`. */
  oneIn(times: number): boolean {
    return this.below(times) === 0
  }

  /** One of a list that is not empty. */
  pick<T>(list: readonly T[]): T {
    return list[this.below(list.length)] as T
  }
}
