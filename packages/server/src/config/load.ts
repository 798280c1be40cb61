/** Reads the configuration: `tocsin.yaml`, then `TOCSIN_*`, then flags; each outweighs the ones before. */
import { readFileSync } from 'node:fs'
import { fail, ok, type Result } from '@tocsin/core/base'
import { type Found, readFileContent } from './file.ts'
import { nearest } from './nearest.ts'
import { type Config, envName, flagName, SETTING_PATHS, SETTINGS, type Setting, type SettingPath } from './settings.ts'

/** The file that is read where no other is named, if it is there. */
export const DEFAULT_FILE = 'tocsin.yaml'

/** The environment variable that names another file. */
export const FILE_ENV = 'TOCSIN_CONFIG'

/** Secrets of feeds begin so: `feeds.yaml` names them, and they are no settings. */
const FEED_SECRETS = 'TOCSIN_FEED_'

/** Where values may come from. */
export interface ConfigOrigins {
  /** A configuration file that must exist; without it `TOCSIN_CONFIG`, then `tocsin.yaml` if that exists. */
  readonly file?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  /** Values by flag with its dashes: `{'--http': '127.0.0.1:0'}`. */
  readonly flags: Readonly<Record<string, string | undefined>>
}

/**
 * Reads and checks the whole configuration. Fails as `invalid` with a line per mistake: an unknown name with the one
 * that was likely meant, a wrong value with where it stands and what it must be.
 */
export function loadConfig({ file, env, flags }: ConfigOrigins): Result<Config> {
  const inFile = readConfigFile(file ?? present(env[FILE_ENV]))
  const inEnv = fromNames(env, envName, isOurVariable, 'environment variable')
  const inFlags = fromNames(flags, flagName, () => true, 'flag')
  const complaints = [...inFile.complaints, ...inEnv.complaints, ...inFlags.complaints]
  const values = new Map<SettingPath, unknown>()
  for (const path of SETTING_PATHS) {
    const setting: Setting = SETTINGS[path]
    const found = inFlags.found.get(path) ?? inEnv.found.get(path) ?? inFile.found.get(path)
    const raw = found === undefined ? setting.default : found.raw
    if (raw === undefined) continue
    const reading = setting.reader.read(raw)
    if (reading.ok) values.set(path, reading.value)
    else complaints.push(wrongValue(path, setting, reading.must, found))
  }
  return complaints.length > 0 ? fail('invalid', complaints.join('\n')) : ok(nest(values))
}

function isOurVariable(name: string): boolean {
  return name.startsWith('TOCSIN_') && name !== FILE_ENV && !name.startsWith(FEED_SECRETS)
}

interface Origin {
  readonly found: ReadonlyMap<SettingPath, Found>
  readonly complaints: readonly string[]
}

function readConfigFile(named: string | undefined): Origin {
  const name = named ?? DEFAULT_FILE
  try {
    return readFileContent(name, readFileSync(name, 'utf8'))
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? String(error)
    if (named === undefined && code === 'ENOENT') return { found: new Map(), complaints: [] }
    return { found: new Map(), complaints: [`Cannot read configuration file "${name}": ${code}`] }
  }
}

/** Values under names that follow from the path: the environment and the flags. An empty value counts as absent. */
function fromNames(
  given: Readonly<Record<string, string | undefined>>,
  nameOf: (path: SettingPath) => string,
  isOurs: (name: string) => boolean,
  what: string,
): Origin {
  const paths = new Map(SETTING_PATHS.map(path => [nameOf(path), path]))
  const found = new Map<SettingPath, Found>()
  const complaints: string[] = []
  for (const [name, raw] of Object.entries(given)) {
    if (!isOurs(name) || raw === undefined) continue
    const path = paths.get(name)
    if (path !== undefined) {
      if (raw !== '') found.set(path, { raw, where: name })
      continue
    }
    const meant = nearest(name, [...paths.keys()])
    complaints.push(
      `Cannot read ${what} ${name}: it is not a setting${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    )
  }
  return { found, complaints }
}

function wrongValue(path: SettingPath, setting: Setting, must: string, found: Found | undefined): string {
  const shown = setting.secret === true ? 'a value that is not shown' : JSON.stringify(found?.raw)
  return `Cannot read setting "${path}" from ${found?.where ?? 'its default'}: it ${must}, found ${shown}`
}

function present(value: string | undefined): string | undefined {
  return value === '' ? undefined : value
}

function nest(values: ReadonlyMap<SettingPath, unknown>): Config {
  const root: Record<string, unknown> = {}
  for (const path of SETTING_PATHS) {
    const names = path.split('.')
    const last = names.pop()!
    let section = root
    for (const name of names) section = (section[name] ??= {}) as Record<string, unknown>
    section[last] = values.get(path)
  }
  // Every path of the table is set to what its own reader gave, which is what the type says.
  return root as unknown as Config
}
