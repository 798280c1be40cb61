/** STIX 2.0 and 2.1 (https://docs.oasis-open.org/cti/stix/v2.1/): bundles, envelopes of TAXII and arrays of objects. */
import { refused, skipped } from '../../content.ts'
import type { Content, Format } from '../../format.ts'
import { readElements } from '../../json/elements.ts'
import { indicatorOf, shareOf } from '../values/indicators.ts'
import { oneFile } from '../values/one-file.ts'
import { timeOf } from '../values/times.ts'
import { meaningOf } from './meaning.ts'
import { parsePattern } from './pattern.ts'

type Properties = Readonly<Record<string, unknown>>

/** Types of indicators (STIX 2.0: labels) that are not there to be blocked. */
const NOT_BAD: ReadonlySet<string> = new Set(['benign', 'anomalous-activity', 'attribution'])

const IDENTIFIER = /"id"\s*:\s*"[a-z0-9-]+--[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"/

/** Objects of `objects`; indicators with STIX patterns are taken. */
export const STIX: Format = {
  name: 'stix',
  about: 'STIX 2.0 and 2.1: indicators with patterns, in a bundle, an envelope of TAXII, an array or lines',
  unit: 'object',
  detect: ({ text }) => {
    if (!/^\s*[[{]/.test(text)) return 0
    if (/"type"\s*:\s*"bundle"/.test(text) && /"(?:objects|spec_version|id)"\s*:/.test(text)) return 1
    // The type of a bundle may stand behind its objects; their identifiers have a form of their own.
    return IDENTIFIER.test(text) && /"type"\s*:\s*"[a-z0-9-]+"/.test(text) ? 0.95 : 0
  },
  open: () =>
    readElements({
      paths: ['objects[*]', '[*]'],
      lines: true,
      read: ({ path, value }) => readTop(value, path === -1),
    }),
}

/** An object, or a bundle in an array or a line. */
function readTop(value: unknown, isWhole: boolean): readonly Content[] {
  const properties = Object(value) as Properties
  const objects = properties['objects']
  // An envelope of TAXII without objects is a page with nothing on it.
  if (isWhole && properties['type'] === undefined && objects === undefined && !('id' in properties)) return []
  if (properties['type'] !== 'bundle') return [readObject(properties)]
  return Array.isArray(objects) ? objects.map(each => readObject(Object(each) as Properties)) : []
}

function readObject(object: Properties): Content {
  if (typeof object['type'] !== 'string') return refused('syntax', 'an object must have a "type" in quotes')
  if (object['type'] !== 'indicator') return skipped('not-an-indicator')
  const { pattern, pattern_type: language } = object
  if (language !== undefined && language !== 'stix') return skipped('not-an-indicator')
  if (typeof pattern !== 'string') return refused('syntax', 'an indicator must have a "pattern" in quotes')
  const confidence = shareOf(object['confidence'])
  if (isNotBad(object) || confidence === 0) return skipped('not-for-detection')
  return readPattern(pattern, {
    confidence,
    observedAt: timeOf(object['valid_from']) ?? timeOf(object['created']),
    gone: object['revoked'] === true,
  })
}

function readPattern(pattern: string, detail: Parameters<typeof indicatorOf>[1]): Content {
  const expression = parsePattern(pattern)
  if ('problem' in expression) return refused('pattern', `a pattern must be one of STIX, but ${expression.problem}`)
  const meaning = meaningOf(expression)
  if (meaning.is === 'refused') return meaning
  if (meaning.is === 'context') return skipped('not-an-indicator')
  const indicators = meaning.alternatives.map(({ subjects: [subject, ...names] }) => {
    return indicatorOf(subject as string, { ...detail, ...oneFile(subject as string, names) })
  })
  return { is: 'indicators', indicators }
}

/** Whether all that is said of an indicator is that it is harmless, or merely odd. */
function isNotBad(object: Properties): boolean {
  const said = [object['indicator_types'], object['labels']].find(list => Array.isArray(list) && list.length > 0)
  return Array.isArray(said) && said.every(label => typeof label === 'string' && NOT_BAD.has(label.toLowerCase()))
}
