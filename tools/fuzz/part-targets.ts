/** The parsers beneath the formats, each with what only it promises. */
import { ProblemError } from '@tocsin/core/base'
import { pathOf } from '../../packages/server/src/formats/json/path.ts'
import { ELEMENT_BYTES_MAX, type JsonElement, JsonSplitter } from '../../packages/server/src/formats/json/splitter.ts'
import { refang } from '../../packages/server/src/formats/refang.ts'
import { meaningOf } from '../../packages/server/src/formats/structured/stix/meaning.ts'
import { parsePattern } from '../../packages/server/src/formats/structured/stix/pattern.ts'
import { type Row, RowSplitter } from '../../packages/server/src/formats/structured/tables/row-splitter.ts'
import { pieces } from './mutate.ts'
import { LINE_SAMPLES } from './samples/lines.ts'
import { PATTERNS, STRUCTURED_SAMPLES } from './samples/structured.ts'
import { must, seedsOf, type Target } from './target.ts'

/** Refanging only takes away. */
const REFANG: Target = {
  name: 'refang',
  seeds: seedsOf([
    'hxxps[:]//example[.]com/a[.]b',
    'fxp://a(dot)b',
    'hXXp{://}192[.]0[.]2[.]1[:]80/x',
    ...LINE_SAMPLES['plain']!,
  ]),
  check(bytes) {
    const text = bytes.toString('utf8')
    const plain = refang(text)
    must(plain.length <= text.length, () => `${plain.length} characters of ${text.length}`)
  },
}

/** A pattern is an expression or a problem, and what it means is bounded by its length. */
const PATTERN: Target = {
  name: 'stix-pattern',
  seeds: seedsOf(PATTERNS),
  check(bytes) {
    const text = bytes.toString('utf8')
    const expression = parsePattern(text)
    if ('problem' in expression) {
      must(expression.problem.length <= 500, () => `a problem of ${expression.problem.length} characters`)
      return
    }
    const meaning = meaningOf(expression)
    if (meaning.is !== 'alternatives') return
    const subjects = meaning.alternatives.reduce((sum, { subjects: each }) => sum + each.length, 0)
    must(subjects > 0 && subjects <= text.length, () => `${subjects} subjects of ${text.length} characters`)
  },
}

/** Rows are the same however the bytes are cut. */
const ROWS: Target = {
  name: 'csv-rows',
  seeds: seedsOf(['csv', 'urlhaus', 'phishtank', 'malwarebazaar'].flatMap(name => STRUCTURED_SAMPLES[name]!)),
  check(bytes, chance) {
    const separator = chance.pick([',', ';', '\t', '|'])
    const whole = rowsOf(separator, [bytes])
    must(whole.length <= bytes.length + 2, () => `${whole.length} rows of ${bytes.length} bytes`)
    const [one, other] = [JSON.stringify(whole), JSON.stringify(rowsOf(separator, pieces(bytes, chance)))]
    must(one === other, () => `whole: ${one.slice(0, 500)}, in pieces: ${other.slice(0, 500)}`)
  },
}

function rowsOf(separator: string, parts: readonly Buffer[]): readonly Row[] {
  const splitter = new RowSplitter(separator)
  const rows: Row[] = []
  for (const part of parts) for (const row of splitter.push(part)) rows.push(row)
  try {
    rows.push(...splitter.end())
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    rows.push({ text: error.message })
  }
  return rows
}

const PATHS = ['[*]', 'objects[*]', '{*}[*]', 'response[*].Event.Attribute[*]']

/** Elements are the same however the bytes are cut, and those that `JSON.parse` finds where it can read the whole. */
const JSON_ELEMENTS: Target = {
  name: 'json-splitter',
  seeds: seedsOf([
    '["a\\"b\\\\","\\\\\\"",{"\\"]":"\\"}"}]',
    ...['stix', 'misp', 'json', 'feodo-json'].flatMap(name => STRUCTURED_SAMPLES[name]!),
  ]),
  check(bytes, chance) {
    const whole = elementsOf([bytes])
    const parted = elementsOf(pieces(bytes, chance))
    const [one, other] = [JSON.stringify(whole), JSON.stringify(parted)]
    must(one === other, () => `whole: ${one.slice(0, 500)}, in pieces: ${other.slice(0, 500)}`)
    const items = itemsOf(bytes)
    if (items === undefined) return
    const found = whole.elements.filter(({ path }) => path === 0)
    must(whole.broken === '', () => `JSON that JSON.parse reads: ${whole.broken}`)
    must(found.length === items.length, () => `${found.length} elements of an array of ${items.length}`)
    for (const [at, { value, broken }] of found.entries()) {
      if (broken !== undefined) continue
      must(JSON.stringify(value) === JSON.stringify(items[at]), () => `element ${at} differs from JSON.parse`)
    }
  },
}

interface Elements {
  readonly elements: readonly JsonElement[]
  readonly broken: string
}

function elementsOf(parts: readonly Buffer[]): Elements {
  const splitter = new JsonSplitter(PATHS.map(pathOf))
  const elements: JsonElement[] = []
  for (const part of parts) for (const element of splitter.push(part)) elements.push(element)
  try {
    splitter.end()
    return { elements, broken: '' }
  } catch (error) {
    if (!(error instanceof ProblemError)) throw error
    return { elements, broken: error.message }
  }
}

/** The items of a text that is an array; `undefined` for any other, and for what is not UTF-8. */
function itemsOf(bytes: Buffer): readonly unknown[] | undefined {
  if (bytes.length > ELEMENT_BYTES_MAX) return undefined
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** All of them but unpacking. */
export const PART_TARGETS: readonly Target[] = [REFANG, PATTERN, ROWS, JSON_ELEMENTS]
