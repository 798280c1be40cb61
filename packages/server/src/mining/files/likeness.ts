/**
 * How much a file's nearness to a known-bad one says.
 *
 * By pairs, distances up to 30 tell variants from strangers well (32 % of the variants, 1 of 55,822 pairs of strangers;
 * up to 70: 84 % and 1.8 %; Oliver, Cheng, Chen 2013). But a file is compared with all that is known, and the nearest
 * stranger of many is near: of 794 small programs of one Linux distribution 17 had one of another package within 30, 82
 * more within 50 and 246 more within 70 (measured with this implementation). So what is said falls with the third power
 * beyond 30, nothing is said beyond 54, where it would colour files without weighing anything, and the nearest likeness
 * alone makes a file highly suspicious and never dangerous.
 */

/** Up to here two files are taken for variants of one. */
const SAME = 30

/** Where likeness has faded to nothing. */
const FADED = 70

/** Thousandths at most: with the weight of `similar-to-malware` a score of 51, the lowest that is not dangerous. */
const CONFIDENCE_MOST = 850

/** Thousandths at least; less would be said of every other file and weigh nothing. */
const CONFIDENCE_LEAST = 50

/** The largest distance at which anything is said. */
export const SAID_WITHIN = 54

/** What a TLSH distance (0 and more) to a known-bad file says, in thousandths; 0 where it says nothing. */
export function confidenceAt(distance: number): number {
  if (distance <= SAME) return CONFIDENCE_MOST
  const left = Math.max(0, FADED - distance) / (FADED - SAME)
  const confidence = Math.round(CONFIDENCE_MOST * left * left * left)
  return confidence < CONFIDENCE_LEAST ? 0 : confidence
}
