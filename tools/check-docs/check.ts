import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'
import { docstrings } from './docstrings.ts'
import { examples } from './examples.ts'
import { links } from './links.ts'
import { mentions } from './mentions.ts'
import { decisions, pluginPages } from './pages.ts'
import { traces } from './traces.ts'

/** Everything that the rules for documentation have against a repository. Runs the examples. */
export async function checkDocs(repository: Repository): Promise<Finding[]> {
  return [
    ...docstrings(repository),
    ...mentions(repository),
    ...links(repository),
    ...decisions(repository),
    ...pluginPages(repository),
    ...traces(repository),
    ...(await examples(repository)),
  ]
}
