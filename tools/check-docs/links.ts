import { posix } from 'node:path'
import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'
import { anchorsOf, type Link, parseMarkdown } from './markdown.ts'

/** Relative links of Markdown files that lead nowhere: no such file or folder, or no such heading in it. */
export function links(repository: Repository): Finding[] {
  const pages = repository.files.filter(path => path.endsWith('.md'))
  return pages.flatMap(path =>
    parseMarkdown(repository.read(path)).links.flatMap(link => deadLink(repository, path, link)),
  )
}

function deadLink(repository: Repository, from: string, { target, line }: Link): Finding[] {
  if (/^([a-z][a-z0-9+.-]*:|\/\/)/i.test(target)) return []
  const [path = '', fragment] = target.split('#')
  const there = path === '' ? from : posix.join(posix.dirname(from), decodeURI(path)).replace(/\/$/, '')
  const file = there === '.' ? '' : there
  if (path.startsWith('/')) return [finding(from, line, target, 'is not relative')]
  if (!repository.has(file)) return [finding(from, line, target, 'leads to no file')]
  if (fragment === undefined || !file.endsWith('.md')) return []
  const anchors = anchorsOf(parseMarkdown(repository.read(file)))
  return anchors.has(decodeURI(fragment)) ? [] : [finding(from, line, target, 'leads to no heading of that file')]
}

function finding(file: string, line: number, target: string, lack: string): Finding {
  return {
    file,
    line,
    message: `links to "${target}", which ${lack}.`,
    instead: 'Link to what is there, by a path relative to this file.',
  }
}
