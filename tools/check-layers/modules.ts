import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import type { Repository } from '../repository.ts'

/** What an import leads to: a file of this repository, a module of Node, an npm package, or nothing that we know. */
export type Target =
  | { readonly to: 'file'; readonly path: string; readonly byPackage: string | undefined }
  | { readonly to: 'platform'; readonly name: string }
  | { readonly to: 'package'; readonly name: string }
  | { readonly to: 'nothing'; readonly because: string }

/** A package.json of this repository: where it is, and what it declares. */
export interface Workspace {
  /** Its folder; the empty string for the root. */
  readonly folder: string
  readonly name: string
  readonly exports: Readonly<Record<string, string>>
  /** Packages that the program needs where it runs. */
  readonly runtime: ReadonlySet<string>
  /** Packages for tests, types and builds. */
  readonly development: ReadonlySet<string>
}

/** Reads every package.json, the deepest folder first. */
export function workspacesOf(repository: Repository): Workspace[] {
  const manifests = repository.files.filter(path => /^(packages\/[^/]+\/)?package\.json$/.test(path))
  return manifests
    .map(path => workspace(path, repository.read(path)))
    .toSorted((a, b) => b.folder.length - a.folder.length)
}

/** The package that a file belongs to. */
export function workspaceOf(workspaces: readonly Workspace[], path: string): Workspace | undefined {
  return workspaces.find(({ folder }) => folder === '' || path.startsWith(`${folder}/`))
}

/** Follows a specifier as Node does, as far as this repository goes. A relative path need not exist. */
export function resolve(workspaces: readonly Workspace[], from: string, specifier: string): Target {
  if (/^\.\.?(\/|$)/.test(specifier))
    return { to: 'file', path: posix.join(posix.dirname(from), specifier), byPackage: undefined }
  if (isBuiltin(specifier)) return { to: 'platform', name: specifier.replace(/^node:/, '') }
  if (/^(\/|#|[a-z]+:)/.test(specifier)) return { to: 'nothing', because: 'it is neither relative nor a package' }
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  const own = workspaces.find(({ folder, name: candidate }) => folder !== '' && candidate === name)
  if (own === undefined) return { to: 'package', name }
  const exported = own.exports[`.${specifier.slice(name.length)}`]
  if (exported === undefined) return { to: 'nothing', because: `${own.folder}/package.json does not export it` }
  return { to: 'file', path: posix.join(own.folder, exported), byPackage: name }
}

function workspace(path: string, text: string): Workspace {
  const manifest: unknown = JSON.parse(text)
  return {
    folder: path.split('/').slice(0, -1).join('/'),
    name: String(fieldOf(manifest, 'name')),
    exports: Object.fromEntries(entriesOf(manifest, 'exports').map(([key, value]) => [key, String(value)])),
    runtime: namesOf(manifest, ['dependencies', 'optionalDependencies', 'peerDependencies']),
    development: namesOf(manifest, ['devDependencies']),
  }
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined
}

function entriesOf(value: unknown, key: string): [string, unknown][] {
  const field = fieldOf(value, key)
  return typeof field === 'object' && field !== null ? Object.entries(field) : []
}

function namesOf(manifest: unknown, keys: readonly string[]): Set<string> {
  return new Set(keys.flatMap(key => entriesOf(manifest, key).map(([name]) => name)))
}
