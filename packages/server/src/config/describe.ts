/** The table of settings as others read it: the page of the documentation, and the schema for editors. */
import { envName, flagName, SETTING_PATHS, SETTINGS, type Setting } from './settings.ts'

/** `docs/configuration.md`: a table of all settings. */
export function configurationPage(): string {
  const rows = SETTING_PATHS.map(path => {
    const setting: Setting = SETTINGS[path]
    const initial = setting.default === undefined ? '' : `\`${JSON.stringify(setting.default).replaceAll('"', '')}\``
    const values = setting.reader.placeholder.replaceAll('|', ' or ')
    return `| \`${path}\` | \`${envName(path)}\` | \`${flagName(path)}\` | ${values} | ${initial} | ${setting.sentence} |`
  })
  return [
    '# Configuration',
    '',
    'Settings are read from `tocsin.yaml` in the working folder (or the file that `--config` or `TOCSIN_CONFIG` names), then',
    'from the environment, then from flags; each outweighs the ones before. A name that is not in this table is refused.',
    'In the environment and in flags, lists have commas between their items.',
    '',
    '| in `tocsin.yaml` | environment | flag | value | default | |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n')
}

/** A JSON Schema of `tocsin.yaml`, for editors that complete and check it. */
export function configurationSchema(): Readonly<Record<string, unknown>> {
  const root = section()
  for (const path of SETTING_PATHS) {
    const setting: Setting = SETTINGS[path]
    const names = path.split('.')
    const last = names.pop()!
    let place = root
    for (const name of names) place = (place.properties[name] ??= section()) as Section
    const initial = setting.default === undefined ? {} : { default: setting.default }
    place.properties[last] = { ...setting.reader.schema, description: setting.sentence, ...initial }
  }
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: 'tocsin.yaml', ...root }
}

interface Section {
  readonly type: 'object'
  readonly additionalProperties: false
  readonly properties: Record<string, unknown>
}

function section(): Section {
  return { type: 'object', additionalProperties: false, properties: {} }
}
