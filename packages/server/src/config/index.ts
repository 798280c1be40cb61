export { configurationPage, configurationSchema } from './describe.ts'
export { type ConfigOrigins, DEFAULT_FILE, FILE_ENV, loadConfig } from './load.ts'
export type { Endpoint } from './readers.ts'
export { type Config, envName, flagName, SETTING_PATHS, SETTINGS, type Setting, type SettingPath } from './settings.ts'
