/** IP reputation of Suricata: `192.0.2.1,3,100`, address or network, number of a category, score. */
import { quote, refused, saying, skipped } from '../content.ts'
import type { Content } from '../format.ts'
import { emptyContent, meaningfulLines, shareOf } from './comments.ts'
import { lineFormat } from './line-format.ts'
import { readPlain } from './plain.ts'

/** Suricata user guide, "IP Reputation Format": scores are 0 to 127, categories 1 to 60. */
const SCORE_MAX = 127

const LINE = /^\s*([\da-f.:/]+)\s*,\s*(\d{1,2})\s*,\s*(\d{1,3})\s*$/i

/** Reads a line. What the category means stands in another file; the score is the confidence. */
export function readIprep(line: string): Content {
  return emptyContent(line) ?? readFields(line)
}

function readFields(line: string): Content {
  const match = LINE.exec(line)
  const score = Number(match?.[3] ?? SCORE_MAX + 1)
  if (match === null || score > SCORE_MAX) {
    return refused('columns', `it must be address, category and a score of 0–${SCORE_MAX}, found ${quote(line)}`)
  }
  if (score === 0) return skipped('not-for-detection')
  return saying(readPlain(match[1]!), { confidence: score / SCORE_MAX })
}

/** The format `iprep`. */
export const iprep = lineFormat({
  name: 'iprep',
  about: 'Suricata IP reputation: address,category,score',
  detect: sample => (shareOf(meaningfulLines(sample), line => LINE.test(line)) > 0.9 ? 0.9 : 0),
  reads: readIprep,
})
