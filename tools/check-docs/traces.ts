import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'

/** Folders of one machine. Written so that this file does not match itself; a path inside another is none of them. */
const MACHINE_PATH = new RegExp(`(?<![\\w.~*})\\]-])/(${['work', 'root'].join('|')})/`)

const REGISTRY: Readonly<Record<string, RegExp>> = {
  'package-lock.json': /"resolved":\s*"https?:/,
  '.npmrc': /^\s*(@[^:]+:)?registry\s*=|^\s*\/\//,
}

/** Traces of the machine on which something was written: its folders, and its package registry. */
export function traces(repository: Repository): Finding[] {
  return repository.files.flatMap(file => {
    const text = repository.read(file)
    if (text.includes('\0')) return []
    return [
      ...matches(
        file,
        text,
        MACHINE_PATH,
        'names a folder of one machine',
        'Use a path relative to the repository, or one from the environment.',
      ),
      ...matches(
        file,
        text,
        REGISTRY[file],
        'names a package registry',
        'Leave that to the user; omit-lockfile-registry-resolved=true keeps it out of the lock file.',
      ),
    ]
  })
}

function matches(file: string, text: string, pattern: RegExp | undefined, message: string, instead: string): Finding[] {
  if (pattern === undefined) return []
  const lines = text.split('\n').flatMap((line, index) => (pattern.test(line) ? [index + 1] : []))
  return lines.slice(0, 5).map(line => ({ file, line, message: `${message}.`, instead }))
}
