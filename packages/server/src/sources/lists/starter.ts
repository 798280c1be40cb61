/**
 * The starter set: standing facts that come with the program, so that a first start answers at once, offline, and next
 * year too. Its samples of what is bad show what an answer looks like and protect nobody; its safety lists keep whatever
 * is popular or needed by everybody from being blocked on the word of one.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { ProblemError } from '@tocsin/core/base'
import { parse } from 'yaml'

/** One list of the starter set, ready to be imported. */
export interface StarterList {
  /** The name of its source; unique in the set. */
  readonly name: string
  /** The path of the file: one subject a line, comments after "#"; compressed where it ends in ".gz". */
  readonly file: string
  /** From the catalogue of kinds; a standing one. */
  readonly kind: string
  readonly confidence: number
  readonly licence: string
  /** Who published it. */
  readonly origin: string
  /** The day it was taken, as in 2026-06-30. */
  readonly date: string
}

/** Where the starter set of this package is. */
export const STARTER_FOLDER = join(import.meta.dirname, '../../../starter')

/** Networks of clouds, mail providers, crawlers and scanners with what they are, for the enrichment of explanations. */
export interface SafetyRanges {
  /** The path of the file: network, list and class between tabs, compressed. */
  readonly file: string
  readonly attribution: { readonly text: string; readonly licence: string; readonly date: string }
}

const FIELDS = ['name', 'file', 'kind', 'confidence', 'licence', 'origin', 'date'] as const

/** Reads `starter.yaml` of a folder. Throws a `ProblemError` (`internal`) if the set is not whole: it is our own. */
export function readStarter(folder: string = STARTER_FOLDER): readonly StarterList[] {
  const file = join(folder, 'starter.yaml')
  const content: unknown = parse(readFileSync(file, 'utf8'))
  const lists: unknown = isObject(content) ? content['lists'] : undefined
  if (!Array.isArray(lists)) throw broken(file, 'it must hold "lists"')
  return lists.map((list: unknown) => {
    if (!isObject(list)) throw broken(file, `a list must be an object, found ${JSON.stringify(list)}`)
    for (const field of FIELDS) {
      const wanted = field === 'confidence' ? 'number' : 'string'
      const found = typeof list[field]
      if (found !== wanted) throw broken(file, `"${field}" of a list must be a ${wanted}, found ${found}`)
    }
    const { name, kind, confidence, licence, origin, date, file: base } = list as unknown as StarterList
    return { name, file: join(folder, base), kind, confidence, licence, origin, date }
  })
}

/** The entries of a list: texts of subjects, as they stand in its file. */
export function readEntries(file: string): readonly string[] {
  const bytes = readFileSync(file)
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8')
  return text.split('\n').filter(line => line !== '' && !line.startsWith('#'))
}

/** Where the ranges of this package are. */
export function readSafetyRanges(): SafetyRanges {
  const text = 'MISP warninglists (https://github.com/MISP/misp-warninglists)'
  const attribution = { text, licence: 'CC0-1.0', date: '2026-08-20' }
  return { file: join(STARTER_FOLDER, 'enrichment-ranges.tsv.gz'), attribution }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function broken(file: string, why: string): ProblemError {
  return new ProblemError({ code: 'internal', message: `Cannot read starter set "${file}": ${why}` })
}
