import { posix } from 'node:path'
import type { Finding } from '../finding.ts'
import type { Source } from './edges.ts'
import { isTest } from './layer.ts'

type Graph = ReadonlyMap<string, ReadonlySet<string>>

/**
 * Circles of files and of folders over imports that exist at run time. Type-only imports make none, and tests are left
 * out: nobody imports them. An `index.ts` that gathers its own sub-folders is no arrow between folders.
 */
export function cycles(sources: readonly Source[]): Finding[] {
  const files = new Map(sources.filter(({ path }) => !isTest(path)).map(source => [source.path, targetsOf(source)]))
  const fileCycles = circles(files).map(circle => finding(circle, 'files import each other'))
  const folderCycles = circles(folderGraph(files)).map(circle => finding(circle, 'folders import each other'))
  return [...fileCycles, ...folderCycles]
}

function targetsOf(source: Source): Set<string> {
  const edges = source.edges.filter(({ imported }) => imported.how !== 'type')
  return new Set(edges.flatMap(({ target }) => (target?.to === 'file' ? [target.path] : [])))
}

function folderGraph(files: Graph): Graph {
  const folders = new Map<string, Set<string>>()
  for (const [from, targets] of files) {
    const folder = posix.dirname(from)
    const gathers = posix.basename(from).startsWith('index.')
    const outside = [...targets].map(target => posix.dirname(target)).filter(other => other !== folder)
    const arrows = outside.filter(other => !(gathers && other.startsWith(`${folder}/`)))
    folders.set(folder, new Set([...(folders.get(folder) ?? []), ...arrows]))
  }
  return folders
}

function finding(circle: readonly string[], what: string): Finding {
  const [first = ''] = circle
  return {
    file: first,
    message: `${what} in a circle: ${[...circle, first].join(' → ')}.`,
    instead: 'Move what both need to the one that stands lower, or hand it over as an argument.',
  }
}

/** One shortest circle for each group of nodes that reach each other, beginning with the first by name. */
function circles(graph: Graph): string[][] {
  const reached = new Map([...graph.keys()].map(node => [node, reachable(graph, node)]))
  const seen = new Set<string>()
  const found: string[][] = []
  for (const node of [...graph.keys()].toSorted()) {
    const back = reached.get(node)?.get(node)
    if (back === undefined || seen.has(node)) continue
    for (const other of reached.get(node)!.keys()) if (reached.get(other)?.has(node)) seen.add(other)
    found.push(back)
  }
  return found
}

/** For every node that can be reached from `start`, the shortest way there, `start` first and the node itself left out. */
function reachable(graph: Graph, start: string): Map<string, string[]> {
  const ways = new Map<string, string[]>()
  const queue: [string, string[]][] = [[start, []]]
  for (const [node, way] of queue) {
    for (const next of graph.get(node) ?? []) {
      if (ways.has(next) || !graph.has(next)) continue
      ways.set(next, [...way, node])
      queue.push([next, [...way, node]])
    }
  }
  return ways
}
