/** What the fuzzer feeds, and what it holds to be a fault. */
import type { Chance } from './chance.ts'

/** A parser under test. */
export interface Target {
  readonly name: string
  /** What cases are made of. */
  readonly seeds: readonly Buffer[]
  /** Reads a case and throws a {@link Fault} for whatever must not be; anything else that it throws is a fault as well. */
  check(bytes: Buffer, chance: Chance): void | Promise<void>
}

/** Something that must not be. */
export class Fault extends Error {}

/** Throws a {@link Fault} with the text where `holds` is false. */
export function must(holds: boolean, what: () => string): asserts holds {
  if (!holds) throw new Fault(what())
}

/** The bytes of texts. */
export function seedsOf(texts: readonly string[]): readonly Buffer[] {
  return texts.map(text => Buffer.from(text))
}
