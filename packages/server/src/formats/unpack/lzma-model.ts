/** Where the probabilities of LZMA lie, and the parameters that decide how many there are (names as in `lzma-specification.txt`). */

const STATES = 12
export const POSITIONS = 16

// Where the probabilities of one kind begin.
export const IS_MATCH = 0
export const IS_REP = IS_MATCH + STATES * POSITIONS
export const IS_REP0 = IS_REP + STATES
export const IS_REP1 = IS_REP0 + STATES
export const IS_REP2 = IS_REP1 + STATES
export const IS_REP0_LONG = IS_REP2 + STATES
export const POSITION_SLOT = IS_REP0_LONG + STATES * POSITIONS
export const POSITION_SPECIAL = POSITION_SLOT + 4 * 64
export const ALIGN = POSITION_SPECIAL + 128
export const MATCH_LENGTH = ALIGN + 16
const LENGTHS = 2 + 2 * 8 * POSITIONS + 256
export const REP_LENGTH = MATCH_LENGTH + LENGTHS
export const LITERAL = REP_LENGTH + LENGTHS
export const LITERAL_PROBABILITIES = 0x300

/** Within the probabilities of lengths. */
export const LENGTH_LOW = 2
export const LENGTH_MIDDLE = LENGTH_LOW + 8 * POSITIONS
export const LENGTH_HIGH = LENGTH_MIDDLE + 8 * POSITIONS

/** The largest lc, lp and pb. */
const LC_MAX = 8
const LP_MAX = 4
const PB_MAX = 4

/** The parameters in a properties byte. */
export interface LzmaParameters {
  /** Bits of the byte before that choose a literal's probabilities; 0 to 8. */
  readonly lc: number
  /** Bits of the position that do; 0 to 4. */
  readonly lp: number
  /** Bits of the position that choose a symbol's; 0 to 4. */
  readonly pb: number
}

/** Reads `(pb * 5 + lp) * 9 + lc`; undefined for a byte that is none. */
export function lzmaParameters(byte: number): LzmaParameters | undefined {
  const lc = byte % (LC_MAX + 1)
  const lp = Math.floor(byte / (LC_MAX + 1)) % (LP_MAX + 1)
  const pb = Math.floor(byte / ((LC_MAX + 1) * (LP_MAX + 1)))
  return pb <= PB_MAX ? { lc, lp, pb } : undefined
}
