import { createRequire } from 'node:module'
import type * as Yaml from 'yaml'
import { nearest } from './nearest.ts'
import { SETTING_PATHS, type SettingPath } from './settings.ts'

/** A value as it was found, and where, for messages: `tocsin.yaml line 4`, `TOCSIN_HTTP`, `--http`. */
export interface Found {
  readonly raw: unknown
  readonly where: string
}

/** What a configuration file holds: values by path, and a sentence about whatever cannot be read. */
export interface FileContent {
  readonly found: ReadonlyMap<SettingPath, Found>
  readonly complaints: readonly string[]
}

/** Reads the text of a `tocsin.yaml`. Keys nest (`http: {listen: …}`); a key without a value counts as absent. */
export function readFileContent(name: string, source: string): FileContent {
  // Loaded where there is a file to read: it has 72 modules, more than many a command, and most machines have no such file.
  const yaml = createRequire(import.meta.url)('yaml') as typeof Yaml
  const { isMap, isNode, isScalar } = yaml
  const lines = new yaml.LineCounter()
  const document = yaml.parseDocument(source, { lineCounter: lines, prettyErrors: false })
  const found = new Map<SettingPath, Found>()
  const complaints = document.errors.map(({ message, pos }) => `Cannot read ${place(pos[0])}: ${message}`)
  if (complaints.length > 0 || document.contents === null) return { found, complaints }
  if (isMap(document.contents)) walk(document.contents, '')
  else complaints.push(`Cannot read ${name}: it must hold settings by name, as in "data: ./var"`)
  return { found, complaints }

  function walk(map: Yaml.YAMLMap, above: string): void {
    for (const pair of map.items) {
      const path = above + String(isScalar(pair.key) ? pair.key.value : pair.key)
      const where = place(startOf(pair))
      if (isSetting(path)) {
        const raw: unknown = isNode(pair.value) ? pair.value.toJS(document) : null
        if (raw !== null) found.set(path, { raw, where })
      } else if (!isSection(path)) complaints.push(unknownKey(where, path))
      else if (isMap(pair.value)) walk(pair.value, `${path}.`)
      else if (isNode(pair.value) && pair.value.toJS(document) !== null) {
        complaints.push(`Cannot read ${where}: "${path}" must hold settings of its own (${namesBelow(path)})`)
      }
    }
  }

  function startOf({ key }: Yaml.Pair): number {
    return (isNode(key) ? key.range?.[0] : undefined) ?? 0
  }

  function place(offset: number): string {
    return `${name} line ${lines.linePos(offset).line}`
  }
}

function isSetting(path: string): path is SettingPath {
  return (SETTING_PATHS as readonly string[]).includes(path)
}

function isSection(path: string): boolean {
  return SETTING_PATHS.some(setting => setting.startsWith(`${path}.`))
}

function namesBelow(path: string): string {
  const below = SETTING_PATHS.filter(setting => setting.startsWith(`${path}.`))
  return [...new Set(below.map(setting => setting.slice(path.length + 1).split('.')[0]))].join(', ')
}

function unknownKey(where: string, path: string): string {
  const sections = SETTING_PATHS.flatMap(setting =>
    setting.split('.').map((_, at, all) => all.slice(0, at + 1).join('.')),
  )
  const meant = nearest(path, [...new Set(sections)])
  return `Cannot read ${where}: "${path}" is not a setting${meant === undefined ? '' : `; did you mean "${meant}"?`}`
}
