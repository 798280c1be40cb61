import { join, relative } from 'node:path'
import { inPool } from './pool.ts'
import { openRepository, ROOT } from './repository.ts'
import { testFiles } from './tests/files.ts'
import { runFile } from './tests/run.ts'
import { summary } from './tests/summary.ts'
import { sum } from './tests/tally.ts'

const FILE_TIME_LIMIT_MS = 400_000
const AT_A_TIME = 2

process.chdir(ROOT)
const files = testFiles(openRepository(), process.argv.slice(2)).map(path => join(ROOT, path))
const shorten = (file: string): string => relative(ROOT, file)
const tallies = await inPool(
  AT_A_TIME,
  files.map(file => () => runFile(file, FILE_TIME_LIMIT_MS, shorten)),
)
const { text, exitCode } = summary(sum(tallies), process.env['TOCSIN_REQUIRE_PEERS'] === '1')
console.log(text)
process.exitCode = exitCode
