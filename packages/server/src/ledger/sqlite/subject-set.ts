/**
 * Which subjects a generation holds, per kind: a bitmap over subject ids. Ids are dense, so a list of any length costs
 * one bit per subject known: 1.25 MB at ten million. An unchanged row of a list that is imported again is thus not
 * written at all; only this set remembers that it was seen.
 */
export class SubjectSet {
  readonly #bits = new Map<number, Uint8Array>()

  /** Adds a pair; says whether it is new in the set. */
  add(kindId: number, subjectId: number): boolean {
    let bits = this.#bits.get(kindId)
    const at = subjectId >>> 3
    if (bits === undefined || at >= bits.length) {
      const grown = new Uint8Array(Math.max(1024, (at + 1) * 2))
      if (bits !== undefined) grown.set(bits)
      this.#bits.set(kindId, grown)
      bits = grown
    }
    const mask = 1 << (subjectId & 7)
    if ((bits[at]! & mask) !== 0) return false
    bits[at]! |= mask
    return true
  }

  /** Takes a pair out again. */
  delete(kindId: number, subjectId: number): void {
    const bits = this.#bits.get(kindId)
    if (bits !== undefined && subjectId >>> 3 < bits.length) bits[subjectId >>> 3]! &= ~(1 << (subjectId & 7))
  }

  has(kindId: number, subjectId: number): boolean {
    return ((this.#bits.get(kindId)?.[subjectId >>> 3] ?? 0) & (1 << (subjectId & 7))) !== 0
  }
}
