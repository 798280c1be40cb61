import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'
import { bannedImport } from './bans.ts'
import { cycles } from './cycles.ts'
import { type Source, sourcesOf } from './edges.ts'
import { fetching } from './fetching.ts'
import { layerOf } from './layer.ts'
import { workspacesOf } from './modules.ts'
import { BANNED_NAMES, LAYERS, LINES_MAX, LONGER } from './table.ts'

/** Everything that the layer rules have against a repository. */
export function checkLayers(repository: Repository): Finding[] {
  const workspaces = workspacesOf(repository)
  const sources = sourcesOf(repository, workspaces)
  return [
    ...sources.flatMap(({ edges }) => edges.flatMap(edge => bannedImport(edge, workspaces) ?? [])),
    ...sources.flatMap(fetching),
    ...cycles(sources),
    ...sources.flatMap(source => [...homeless(source), ...tooLong(source)]),
    ...repository.files.flatMap(badName),
    ...idleExemptions(sources),
  ]
}

function homeless({ path }: Source): Finding[] {
  if (!path.includes('/') || layerOf(LAYERS, path) !== undefined) return []
  return [
    {
      file: path,
      message: 'belongs to no layer, so nothing says what it may import.',
      instead:
        'Move it into one of the folders of the design, or add a row with a reason to tools/check-layers/table.ts.',
    },
  ]
}

function tooLong({ path, lines }: Source): Finding[] {
  if (lines <= LINES_MAX || Object.hasOwn(LONGER, path)) return []
  return [
    {
      file: path,
      message: `has ${lines} lines, more than ${LINES_MAX}.`,
      instead:
        'Split it where its sections are; if a reader is better served by one file, list it in LONGER with the reason.',
    },
  ]
}

function badName(path: string): Finding[] {
  const bad = path.split('/').find(part => BANNED_NAMES.includes(part.split('.')[0] ?? ''))
  if (bad === undefined) return []
  return [
    {
      file: path,
      message: `is called "${bad}": such a place collects whatever has no place.`,
      instead: 'Call it by what it is about, or move each part beside its caller.',
    },
  ]
}

function idleExemptions(sources: readonly Source[]): Finding[] {
  const long = new Set(sources.filter(({ lines }) => lines > LINES_MAX).map(({ path }) => path))
  const idle = Object.keys(LONGER).filter(path => !long.has(path))
  return idle.map(path => ({
    file: 'tools/check-layers/table.ts',
    message: `exempts ${path} from the length limit, which it keeps by now.`,
    instead: 'Take it out of LONGER.',
  }))
}
