/**
 * The starter set: a few hundred standing facts that come with the program, so that a first start answers at once,
 * offline, and next year too. It shows what an answer looks like; it protects nobody.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProblemError } from '@tocsin/core/base'
import { parse } from 'yaml'

/** One list of the starter set, ready to be imported. */
export interface StarterList {
  /** The name of its source; unique in the set. */
  readonly name: string
  /** The path of the file, a plain list. */
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

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

function broken(file: string, why: string): ProblemError {
  return new ProblemError({ code: 'internal', message: `Cannot read starter set "${file}": ${why}` })
}
