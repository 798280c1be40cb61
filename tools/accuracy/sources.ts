/** The dated lists of what is bad: where they lie, how they are read, and what their licence allows. */
import { dayOf } from './days.ts'
import { linesOf } from './reading.ts'

/** One entry of a list on the day that it first had it. */
export interface Listing {
  readonly day: number
  /** As the list writes it: an address, a name, a URL or part of one. */
  readonly text: string
  /** What the list says beside it; entries of one day and one group came together. */
  readonly group: string
}

/** A list. */
export interface Source {
  readonly name: string
  readonly file: string
  /** What its publisher allows. */
  readonly licence: string
  /** Whether weights that are shipped may be fitted on it, and its entries shown by name. */
  readonly free: boolean
  read(folder: string): Iterable<Listing>
}

/** All of them. A source's place in this array is its number elsewhere. */
export const SOURCES: readonly Source[] = [
  history('maltrail', 'history/maltrail.delta.tsv.gz', 'MIT', true),
  history('urlhaus', 'history/urlhaus.delta.tsv.gz', 'CC0 (abuse.ch)', true),
  history('scamblocklist', 'history/scamblocklist.delta.tsv.gz', 'MIT', true),
  history('threatfox', 'history/threatfox-ips.delta.tsv.gz', 'CC0 (abuse.ch)', true),
  history('http-threat', 'history/http-threat-ips.delta.tsv.gz', 'MIT', true),
  history('data-shield', 'history/data-shield-ips.delta.tsv.gz', 'GPL-3', false),
  history('c2-tracker', 'history/c2-tracker-ips.delta.tsv.gz', 'unstated', false),
  {
    name: 'openphish',
    file: 'history/openphish.firstlast.tsv.gz',
    licence: 'non-commercial',
    free: false,
    *read(folder) {
      for (const line of linesOf(folder, this.file)) {
        const [seen, , text] = line.split('\t') as [string, string, string]
        yield { day: dayOf(seen), text, group: '' }
      }
    },
  },
  copy('polkadot', 'raw/polkadot-phishing/all.json.gz', '2026-02-03', 'Apache-2.0'),
]

/** A copy of which only its own day is known: it teaches, and what it holds is not new later. */
function copy(name: string, file: string, date: string, licence: string): Source {
  return {
    name,
    file,
    licence,
    free: true,
    *read(folder) {
      const { deny } = JSON.parse([...linesOf(folder, file)].join('\n')) as { readonly deny: readonly string[] }
      for (const text of deny) yield { day: dayOf(date), text, group: '' }
    },
  }
}

/** A list whose changes are written as `day <TAB> + or - <TAB> entry [<TAB> group]`. Only what comes is read. */
function history(name: string, file: string, licence: string, free: boolean): Source {
  return {
    name,
    file,
    licence,
    free,
    *read(folder) {
      let lastDate = ''
      let day = 0
      for (const line of linesOf(folder, file)) {
        if (line.charCodeAt(11) !== 0x2b) continue
        const [date, , text, group] = line.split('\t') as [string, string, string, string?]
        if (date !== lastDate) [lastDate, day] = [date, dayOf(date)]
        yield { day, text, group: group ?? '' }
      }
    },
  }
}
