/**
 * `feeds.yaml`: the operator's feeds, edited by hand and by commands. Comments and order stay as they are; an unknown key
 * is refused by its name and line. The file is replaced as a whole: a crash leaves the old one or the new one.
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { ProblemError } from '@tocsin/core/base'
import { FEED_NAME, FEED_SETTINGS_SCHEMA, type WireFeedSettings } from '@tocsin/core/wire'
import { Ajv, type ErrorObject } from 'ajv'
import {
  type Alias,
  type Document,
  isMap,
  isNode,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type YAMLMap,
} from 'yaml'
import { replaceFileNow } from '../../storage/replace-file.ts'
import { completeSettings, type FeedSettings } from './settings.ts'

const BEGINNING = `# The feeds of this node: tocsin feeds --help, or docs/feeds.md. Changes are taken up within a minute.
feeds: {}
`

/** Checks the shape of settings; says what is wrong and where, as a path into them. */
export type SettingsCheck = (value: unknown) => { readonly path: readonly string[]; readonly why: string } | undefined

/** Compiles the check of {@link FEED_SETTINGS_SCHEMA}. */
export function settingsCheck(): SettingsCheck {
  const validate = new Ajv({ strict: true, verbose: true }).compile(FEED_SETTINGS_SCHEMA)
  return value => (validate(value) ? undefined : troubleOf(validate.errors![0]!))
}

/** What was read: the feeds by name, as written and completed. */
export interface FeedList {
  readonly said: ReadonlyMap<string, WireFeedSettings>
  readonly settings: ReadonlyMap<string, FeedSettings>
}

/** The file. Reading and writing are synchronous: it is small, and there is one writer. */
export class FeedsFile {
  readonly #path: string
  readonly #check: SettingsCheck
  #stamp = ''
  #list: FeedList = { said: new Map(), settings: new Map() }

  /** @throws ProblemError `invalid` where the file is there and wrong */
  constructor(path: string, check: SettingsCheck) {
    this.#path = path
    this.#check = check
    this.refresh()
  }

  get list(): FeedList {
    return this.#list
  }

  /** Reads the file again if it was changed; says whether it was. Where it is wrong, throws and keeps what was. */
  refresh(): boolean {
    const stamp = this.#stampNow()
    if (stamp === this.#stamp) return false
    this.#stamp = stamp
    this.#list = stamp === '' ? { said: new Map(), settings: new Map() } : this.#read(this.#text())
    return true
  }

  /** Writes the settings of a feed, new or changed; what is absent goes. */
  set(name: string, settings: WireFeedSettings): void {
    this.#edit(document => {
      const before: unknown = document.getIn(['feeds', name])
      if (!isMap(before)) return document.setIn(['feeds', name], document.createNode(settings))
      const kept: ReadonlySet<string> = new Set(Object.keys(settings))
      for (const key of Object.keys(before.toJSON() as object)) if (!kept.has(key)) before.delete(key)
      for (const [key, value] of Object.entries(settings)) {
        if (JSON.stringify(before.toJSON()[key]) !== JSON.stringify(value)) before.set(key, document.createNode(value))
      }
      return undefined
    })
  }

  /** Takes a feed out. */
  remove(name: string): void {
    this.#edit(document => void document.deleteIn(['feeds', name]))
  }

  #edit(change: (document: Document) => void): void {
    this.refresh()
    const document = parseDocument(this.#text())
    if (!isMap(document.get('feeds'))) document.set('feeds', document.createNode({}))
    const feeds = document.get('feeds') as YAMLMap
    // Of `{}`, an empty map, the next entries would stand in braces.
    feeds.flow = false
    change(document)
    if (feeds.items.length === 0) feeds.flow = true
    const text = document.toString({ lineWidth: 0 })
    // What cannot be read again is not written.
    const list = this.#read(text)
    replaceFileNow(this.#path, text)
    this.#list = list
    this.#stamp = this.#stampNow()
  }

  #text(): string {
    return existsSync(this.#path) ? readFileSync(this.#path, 'utf8') : BEGINNING
  }

  #stampNow(): string {
    const found = statSync(this.#path, { throwIfNoEntry: false })
    return found === undefined ? '' : `${found.mtimeMs} ${found.size} ${found.ino}`
  }

  #read(source: string): FeedList {
    const lines = new LineCounter()
    const document = parseDocument(source, { lineCounter: lines, prettyErrors: false, uniqueKeys: true })
    const at = (offset: number | undefined) => lines.linePos(offset ?? 0).line
    const [broken] = document.errors
    if (broken !== undefined) throw wrong(this.#path, at(broken.pos[0]), broken.message)
    const said = new Map<string, WireFeedSettings>()
    const settings = new Map<string, FeedSettings>()
    if (document.contents === null) return { said, settings }
    const alias = firstAlias(document)
    if (alias !== undefined) {
      // A few lines of them can stand for more than fits into memory; and what one feed is changed to, another would be.
      throw wrong(this.#path, at(alias.range?.[0]), `it must hold no alias, found "*${alias.source}"`)
    }
    for (const { key, value, line } of pairsOf(document.contents, this.#path, 1, at)) {
      if (key !== 'feeds')
        throw wrong(this.#path, line, `${JSON.stringify(key)} is not known; feeds stand below "feeds"`)
      for (const feed of pairsOf(value, this.#path, line, at)) {
        if (!new RegExp(FEED_NAME.pattern).test(feed.key)) {
          throw wrong(
            this.#path,
            feed.line,
            `a name must be of a-z, 0-9, ".", "_" and "-", found ${JSON.stringify(feed.key)}`,
          )
        }
        const raw: unknown = isNode(feed.value) ? feed.value.toJS(document) : undefined
        const trouble = this.#check(raw)
        if (trouble !== undefined) {
          throw wrong(
            this.#path,
            lineOf(feed.value, trouble.path, at) ?? feed.line,
            `feed "${feed.key}": ${trouble.why}`,
          )
        }
        const complete = completeSettings(feed.key, raw as WireFeedSettings)
        if (!complete.ok) throw wrong(this.#path, feed.line, complete.problem.message)
        said.set(feed.key, raw as WireFeedSettings)
        settings.set(feed.key, complete.value)
      }
    }
    return { said, settings }
  }
}

function firstAlias(document: Document): Alias | undefined {
  let found: Alias | undefined
  visit(document, {
    Alias(_key, node) {
      found = node
      return visit.BREAK
    },
  })
  return found
}

interface NamedNode {
  readonly key: string
  readonly value: unknown
  readonly line: number
}

function pairsOf(
  node: unknown,
  path: string,
  line: number,
  at: (offset: number | undefined) => number,
): readonly NamedNode[] {
  if (node === null || node === undefined || (isScalar(node) && node.value === null)) return []
  if (!isMap(node)) throw wrong(path, line, 'it must hold names with what belongs to them')
  return node.items.map(({ key, value }) => ({
    key: String(isScalar(key) ? key.value : key),
    value,
    line: at(isNode(key) ? key.range?.[0] : undefined),
  }))
}

/** The line of what a path leads to, as far as it leads. */
function lineOf(
  node: unknown,
  path: readonly string[],
  at: (offset: number | undefined) => number,
): number | undefined {
  let line: number | undefined
  let here = node
  for (const step of path) {
    if (!isMap(here)) break
    const pair = here.items.find(({ key }) => isScalar(key) && String(key.value) === step)
    if (pair === undefined) break
    line = at(isNode(pair.key) ? pair.key.range?.[0] : undefined)
    here = pair.value
  }
  return line
}

function troubleOf(error: ErrorObject): { readonly path: readonly string[]; readonly why: string } {
  const path = error.instancePath.split('/').slice(1)
  const params = error.params as Readonly<Record<string, unknown>>
  switch (error.keyword) {
    case 'additionalProperties': {
      const name = String(params['additionalProperty'])
      return { path: [...path, name], why: `"${[...path, name].join('.')}" is not a setting of a feed` }
    }
    case 'required':
      return { path, why: `"${[...path, String(params['missingProperty'])].join('.')}" is missing` }
    case 'enum':
      return { path, why: `"${path.join('.')}" must be one of ${(params['allowedValues'] as unknown[]).join(', ')}` }
    default:
      return { path, why: `${path.length === 0 ? 'it' : `"${path.join('.')}"`} ${error.message ?? 'is wrong'}` }
  }
}

function wrong(path: string, line: number, why: string): ProblemError {
  return new ProblemError({ code: 'invalid', message: `Cannot read "${path}" line ${line}: ${why}` })
}
