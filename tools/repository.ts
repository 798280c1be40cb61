import { execFileSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, sep } from 'node:path'

/** The folder of this repository, without a slash at its end. */
export const ROOT = join(import.meta.dirname, '..')

/** A set of files to check, with their text read once. Paths are relative to `root` and have forward slashes. */
export interface Repository {
  readonly root: string
  readonly files: readonly string[]
  /** The text of a file as UTF-8. Throws if it cannot be read. */
  read(path: string): string
  /** Whether `path` is a file, or a folder that holds one. The empty path is the root itself. */
  has(path: string): boolean
}

/** Opens the repository at `root`: what git tracks or would track, or every file where git cannot say. */
export function openRepository(root: string = ROOT): Repository {
  const files = listFiles(root).toSorted()
  const known = new Set(['', ...files.flatMap(path => [path, ...foldersOf(path)])])
  const texts = new Map<string, string>()
  return {
    root,
    files,
    read(path) {
      const text = texts.get(path) ?? readFileSync(join(root, path), 'utf8')
      texts.set(path, text)
      return text
    },
    has: path => known.has(path),
  }
}

/** Every folder above a path, the nearest first, without the root. */
export function foldersOf(path: string): string[] {
  const parts = path.split('/').slice(0, -1)
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('/'))
}

function listFiles(root: string): string[] {
  try {
    // Continuous integration often runs as another user than the owner of the files; listing them is harmless.
    const arguments_ = ['-c', 'safe.directory=*', 'ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const listed = execFileSync('git', arguments_, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
    return listed.split('\0').filter(path => path !== '' && isFile(join(root, path)))
  } catch {
    return walk(root)
  }
}

function walk(root: string): string[] {
  const skipped = new Set(['node_modules', '.git', 'var', 'dist'])
  return readdirSync(root, { withFileTypes: true, recursive: true })
    .filter(entry => entry.isFile())
    .map(entry =>
      join(entry.parentPath, entry.name)
        .slice(root.length + 1)
        .split(sep)
        .join('/'),
    )
    .filter(path => !path.split('/').some(part => skipped.has(part)))
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false
}
