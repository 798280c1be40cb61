import type { Repository } from '../repository.ts'
import { type Import, importsIn } from '../syntax/imports.ts'
import { type Token, tokenize } from '../syntax/tokens.ts'
import { resolve, type Target, type Workspace } from './modules.ts'

/** A source file with the tokens that are no comments, and everything it names. */
export interface Source {
  readonly path: string
  readonly lines: number
  readonly tokens: readonly Token[]
  readonly edges: readonly Edge[]
}

/** One import with what it leads to; `target` is `undefined` where the specifier is computed. */
export interface Edge {
  readonly from: string
  readonly imported: Import
  readonly target: Target | undefined
}

const SOURCE = /\.[cm]?[jt]sx?$/

/** Reads and follows the imports of every source file. A `new URL` of something that is no source (a table, a page) is no edge. */
export function sourcesOf(repository: Repository, workspaces: readonly Workspace[]): Source[] {
  return repository.files.filter(path => SOURCE.test(path)).map(path => source(repository, workspaces, path))
}

function source(repository: Repository, workspaces: readonly Workspace[], path: string): Source {
  const text = repository.read(path)
  const tokens = tokenize(text).filter(token => token.kind !== 'comment')
  const edges = importsIn(tokens)
    .filter(({ how, specifier }) => how !== 'url' || (specifier !== undefined && SOURCE.test(specifier)))
    .map(imported => ({ from: path, imported, target: followed(workspaces, path, imported.specifier) }))
  return { path, lines: text.trimEnd().split('\n').length, tokens, edges }
}

function followed(workspaces: readonly Workspace[], from: string, specifier: string | undefined): Target | undefined {
  return specifier === undefined ? undefined : resolve(workspaces, from, specifier)
}
