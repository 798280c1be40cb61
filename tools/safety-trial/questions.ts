/** What must not be blocked, and what must. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { membersOf } from '../feeds-table/reading.ts'

/** Lists of popular domains in the data; university domains are asked about too, and told apart. */
const UNPOPULAR = 'university_domains'

/** Everybody's. */
const ALWAYS = ['ip:1.1.1.1', 'domain:docs.google.com'] as const

/** Questions whose right answer is not to block. */
export interface GoodQuestions {
  /** Domains of a list of popular ones, as subjects. */
  readonly popular: readonly string[]
  readonly universities: readonly string[]
  /** 1.1.1.1, docs.google.com and the empty file by its three hashes. */
  readonly always: readonly string[]
  /** Hashes of packages and programs of a distribution. */
  readonly files: readonly string[]
}

/** Reads the questions from the folder of the data. */
export async function goodQuestions(folder: string): Promise<GoodQuestions> {
  const rows = await rowsOf(folder, 'good/domains.tsv.gz')
  const named = rows.filter(([domain]) => domain?.includes('.') === true)
  const ofList = (isPopular: boolean) => [
    ...new Set(named.flatMap(([domain, list]) => ((list !== UNPOPULAR) === isPopular ? [`domain:${domain}`] : []))),
  ]
  const files = [
    ...(await rowsOf(folder, 'good/deb-file-hashes.tsv.gz')).map(([sha256]) => `file:${sha256}`),
    ...(await rowsOf(folder, 'good/debian-executables-3hash.tsv.gz')).map(([sha256]) => `file:${sha256}`),
    ...(await rowsOf(folder, 'good/debian-installed-md5.tsv.gz')).map(([md5]) => `file:md5:${md5}`),
  ]
  return { popular: ofList(true), universities: ofList(false), always: [...ALWAYS, ...emptyFile()], files }
}

/** The host of a page in canonical text, as a domain or an address; `undefined` for what is no page. */
export function hostOf(subject: string): string | undefined {
  return /^url:([^/:?]+)/.exec(subject)?.[1]
}

function emptyFile(): readonly string[] {
  const hash = (name: string) => createHash(name).digest('hex')
  return [`file:md5:${hash('md5')}`, `file:sha1:${hash('sha1')}`, `file:${hash('sha256')}`]
}

async function rowsOf(folder: string, path: string): Promise<readonly (readonly string[])[]> {
  const [member] = await Array.fromAsync(membersOf(join(folder, path)))
  const lines = Buffer.from(member!.bytes).toString().split('\n')
  return lines.filter(line => line !== '' && !line.startsWith('#')).map(line => line.split('\t'))
}
