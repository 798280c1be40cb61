import { posix } from 'node:path'
import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'
import { type Declared, exportsOf } from '../syntax/declarations.ts'

/** The doorsteps of the packages that others build on: whatever they export is read by strangers. */
const DOORSTEP = /^packages\/(core\/src\/[^/]+|client\/src)\/index\.ts$/

/** Every exported symbol of core's layers and of the client that lacks a docstring of at least one sentence. */
export function docstrings(repository: Repository): Finding[] {
  const doorsteps = repository.files.filter(path => DOORSTEP.test(path))
  const found = doorsteps.flatMap(path => symbolsOf(repository, path, new Set()))
  const unique = new Map(found.map(({ file, symbol }) => [`${file} ${symbol.name}`, { file, symbol }]))
  return [...unique.values()]
    .filter(({ symbol }) => !isSentence(symbol.docstring ?? ''))
    .map(({ file, symbol }) => finding(file, symbol))
}

/** A file, and one of the symbols declared in it. */
interface Place {
  readonly file: string
  readonly symbol: Declared
}

function symbolsOf(repository: Repository, path: string, seen: Set<string>, wanted?: string): Place[] {
  if (!repository.has(path) || seen.has(`${path} ${wanted}`)) return []
  seen.add(`${path} ${wanted}`)
  const { own, passedOn } = exportsOf(repository.read(path))
  const here = own.filter(({ name }) => wanted === undefined || name === wanted).map(symbol => ({ file: path, symbol }))
  const elsewhere = passedOn.filter(({ name, specifier }) => {
    return specifier.startsWith('.') && (wanted === undefined || name === '*' || name === wanted)
  })
  const followed = elsewhere.flatMap(({ name, specifier }) => {
    return symbolsOf(repository, posix.join(posix.dirname(path), specifier), seen, name === '*' ? wanted : name)
  })
  return [...here, ...followed]
}

/** Two words or more, and a period that ends them. */
function isSentence(docstring: string): boolean {
  return /\S\s+\S[^]*[.!?][)`*_"]*(\s|$)/.test(docstring)
}

function finding(file: string, { name, line, docstring }: Declared): Finding {
  const lack =
    docstring === undefined ? 'has no docstring directly above it' : 'has a docstring without a whole sentence'
  return {
    file,
    line,
    message: `"${name}" is exported and ${lack}.`,
    instead: 'Say in a sentence what it is, with units, bounds and what fails; or do not export it.',
  }
}
