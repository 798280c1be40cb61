/** Warninglists of MISP (https://github.com/MISP/misp-warninglists): what is often listed by mistake. */
import { refused, skipped } from '../../content.ts'
import type { Content, Format } from '../../format.ts'
import { type Elements, readElements } from '../../json/elements.ts'
import { single } from '../values/indicators.ts'
import { subjectOfText } from '../values/subject-text.ts'

/** UTF-16 units of entries that are held until the type of the list is known, which stands behind them in most files. */
const HELD_UNITS_MAX = 1 << 26

const TYPES: ReadonlySet<string> = new Set(['string', 'hostname', 'cidr', 'substring', 'regex'])

/** Entries of lists of strings, hosts and nets. The file does not say how good they are: the settings of the feed do. */
export const MISP_WARNINGLIST: Format = {
  name: 'misp-warninglist',
  about:
    'warninglists of MISP: hosts, addresses and files that are known; say the kind (popular, certified, known-good)',
  unit: 'object',
  detect: ({ name, text }) => {
    if (!/^\s*\{/.test(text) || !/"list"\s*:\s*\[\s*(?:"|\])/.test(text)) return 0
    if (/"(?:matching_attributes|type)"\s*:/.test(text)) return 1
    return /"description"\s*:/.test(text) ? (name === 'list.json' ? 0.95 : 0.85) : 0
  },
  open: () => readElements(new Warninglist()),
}

class Warninglist implements Elements {
  readonly paths = ['list[*]', 'type']
  readonly #held: unknown[] = []
  #heldUnits = 0
  #type: string | undefined

  read({ path, value }: { readonly path: number; readonly value?: unknown }): readonly Content[] {
    if (path === 0) return this.#entry(value)
    this.#type = typeof value === 'string' && TYPES.has(value) ? value : 'unknown'
    return this.#held.splice(0).map(entry => this.#content(entry))
  }

  rest(): readonly Content[] {
    this.#type ??= 'unknown'
    return this.#held.splice(0).map(entry => this.#content(entry))
  }

  #entry(value: unknown): readonly Content[] {
    if (this.#type !== undefined) return [this.#content(value)]
    this.#heldUnits += typeof value === 'string' ? value.length : 16
    if (this.#heldUnits > HELD_UNITS_MAX)
      return [refused('syntax', 'a list so long must say its "type" in front of "list"')]
    this.#held.push(typeof value === 'string' ? value : undefined)
    return []
  }

  #content(entry: unknown): Content {
    if (typeof entry !== 'string') return refused('not-a-subject', 'an entry must be a text in quotes')
    switch (this.#type) {
      case 'string':
        return subjectContent(subjectOfText(entry))
      case 'hostname':
        return subjectContent(subjectOfText(entry, 'domain'))
      case 'cidr':
        return subjectContent(subjectOfText(entry, 'net'))
      case 'substring':
      case 'regex':
        return skipped('not-an-indicator')
      case undefined:
      default:
        return refused('syntax', `a list must have a "type" of ${[...TYPES].join(', ')}`)
    }
  }
}

function subjectContent(subject: ReturnType<typeof subjectOfText>): Content {
  return typeof subject === 'string' ? single(subject, {}) : subject
}
