/** Writes docs/configuration.md from the table of settings: `npm run docs:configuration`. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { configurationPage } from '../packages/server/src/config/index.ts'
import { ROOT } from './repository.ts'

writeFileSync(join(ROOT, 'docs/configuration.md'), configurationPage())
