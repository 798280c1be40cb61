import { posix } from 'node:path'
import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'
import { parseMarkdown } from './markdown.ts'

const DECISION = /^docs\/decisions\/(?!README\.md$)([^/]+)\.md$/
const DECISION_HEADINGS = ['Status', 'Context', 'Decision', 'Consequences']
const PLUGIN = /^(packages\/server\/src\/(?:sources|doors)\/[^/]+)\/.*\.ts$/
const PLUGIN_HEADINGS = ['What it speaks', 'What it answers', 'When unsure or broken', 'Limits', 'Try it']

/** Decision records that lack a heading, have no number, or share one. */
export function decisions(repository: Repository): Finding[] {
  const records = repository.files.filter(path => DECISION.test(path))
  const first = new Map<string, string>()
  return records.flatMap(file => {
    const number = /^(\d{4})-[a-z0-9-]+$/.exec(posix.basename(file, '.md'))?.[1]
    const instead = 'Take the next free number: NNNN-title-in-small-letters.md.'
    if (number === undefined) return [{ file, message: 'is a decision record without a number in its name.', instead }]
    const twin = first.get(number)
    first.set(number, file)
    const shared = twin === undefined ? [] : [{ file, message: `has the number of ${twin}.`, instead }]
    return [...shared, ...missingHeadings(repository, file, DECISION_HEADINGS)]
  })
}

/** Sources and doors without a README, or with one that lacks a heading that all of them have. */
export function pluginPages(repository: Repository): Finding[] {
  const folders = new Set(repository.files.flatMap(path => PLUGIN.exec(path)?.[1] ?? []))
  return [...folders].flatMap(folder => {
    const file = `${folder}/README.md`
    if (repository.has(file)) return missingHeadings(repository, file, PLUGIN_HEADINGS)
    const instead = `Write a short one with the headings ${PLUGIN_HEADINGS.join(' · ')}.`
    return [{ file, message: 'is missing: an operator has to know what this way in or out does.', instead }]
  })
}

function missingHeadings(repository: Repository, file: string, wanted: readonly string[]): Finding[] {
  const present = new Set(parseMarkdown(repository.read(file)).headings.map(({ text }) => text))
  const missing = wanted.filter(heading => !present.has(heading))
  if (missing.length === 0) return []
  return [
    {
      file,
      message: `lacks the heading ${missing.map(heading => `"${heading}"`).join(', ')}.`,
      instead: `All such pages have ${wanted.join(' · ')}.`,
    },
  ]
}
