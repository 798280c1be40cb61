import { report } from '../finding.ts'
import { openRepository } from '../repository.ts'
import { checkLayers } from './check.ts'

const repository = openRepository()
process.exitCode = report('layers', repository.files.length, checkLayers(repository))
