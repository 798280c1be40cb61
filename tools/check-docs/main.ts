import { report } from '../finding.ts'
import { openRepository } from '../repository.ts'
import { checkDocs } from './check.ts'

const repository = openRepository()
process.exitCode = report('docs', repository.files.length, await checkDocs(repository))
