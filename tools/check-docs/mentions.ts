import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'
import { exportsOf } from '../syntax/declarations.ts'

/** What the client's package offers by name; its users read pages and not sources. */
const DOORSTEP = /^packages\/client\/src\/([^/]+\/)?index\.ts$/
const PAGE = /^(packages\/client\/README\.md|docs\/[^/]+\.md)$/

/** Every name that the client exports and no page mentions. */
export function mentions(repository: Repository): Finding[] {
  const pages = repository.files.filter(path => PAGE.test(path)).map(path => repository.read(path))
  const words = new Set(pages.flatMap(text => text.match(/[\w$]+/g) ?? []))
  return repository.files
    .filter(path => DOORSTEP.test(path))
    .flatMap(file => {
      const { own, passedOn } = exportsOf(repository.read(file))
      const names = [...own, ...passedOn].map(({ name }) => name).filter(name => name !== '*')
      return names.filter(name => !words.has(name)).map(name => finding(file, name))
    })
}

function finding(file: string, name: string): Finding {
  return {
    file,
    message: `"${name}" is exported by the client, and no page mentions it.`,
    instead: 'Say in packages/client/README.md or a page of docs/ what it is for; or do not export it.',
  }
}
