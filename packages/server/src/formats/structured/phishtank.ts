/** PhishTank (https://phishtank.org/developer_info.php): pages that people submitted and voted on. */
import { skipped } from '../content.ts'
import type { Content, Format } from '../format.ts'
import { readElements } from '../json/elements.ts'
import { type Fields, knownTable } from './tables/known-table.ts'
import { single } from './values/indicators.ts'
import { subjectOfText } from './values/subject-text.ts'
import { timeOf } from './values/times.ts'

const COLUMNS = 'phish_id url phish_detail_url submission_time verified verification_time online target'

/** `online-valid.csv`. */
export const PHISHTANK_CSV: Format = knownTable({
  name: 'phishtank',
  about: 'PhishTank as CSV',
  columns: COLUMNS.split(' '),
  marks: ['phish_id', 'url'],
  read: readPhish,
})

/** `online-valid.json`: an array of objects with the same names. */
export const PHISHTANK_JSON: Format = {
  name: 'phishtank-json',
  about: 'PhishTank as JSON',
  unit: 'object',
  detect: ({ text }) => (/^\s*\[?\s*\{/.test(text) && /"phish_id"\s*:/.test(text) && /"url"\s*:/.test(text) ? 1 : 0),
  open: () =>
    readElements({
      paths: ['[*]'],
      read: ({ value }) => {
        const object = Object(value) as Record<string, unknown>
        return [readPhish(name => (typeof object[name] === 'string' ? object[name] : ''))]
      },
    }),
}

function readPhish(fields: Fields): Content {
  if (fields('verified').toLowerCase() === 'no') return skipped('not-for-detection')
  if (fields('online').toLowerCase() === 'no') return skipped('revoked')
  const subject = subjectOfText(fields('url'), 'url')
  if (typeof subject !== 'string') return subject
  const observedAt = timeOf(fields('verification_time')) ?? timeOf(fields('submission_time'))
  return single(subject, { kind: 'listed-phishing', observedAt })
}
