import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { inPool } from './pool.ts'
import { ROOT } from './repository.ts'

/** One check of `npm run ok`: a program of its own that is content if it exits 0. */
interface Step {
  readonly name: string
  readonly command: readonly [program: string, ...arguments: string[]]
}

const AT_A_TIME = 2

const checked = ['.', 'packages/core', 'packages/client', 'packages/dashboard'].filter(folder =>
  existsSync(join(ROOT, folder, 'tsconfig.json')),
)
const steps: Step[] = [
  ...checked.map(
    (folder): Step => ({ name: `types ${folder}`, command: ['tsc', '-p', join(folder, 'tsconfig.json')] }),
  ),
  { name: 'lint', command: ['oxlint', '--type-aware', '--deny-warnings'] },
  { name: 'format', command: ['biome', 'format', '.'] },
  { name: 'layers', command: ['node', 'tools/check-layers/main.ts'] },
  { name: 'docs', command: ['node', 'tools/check-docs/main.ts'] },
]
const tests: Step = { name: 'tests', command: ['node', 'tools/test.ts'] }

const startedAt = performance.now()
// The tests come alone and last: they watch the clock here and there, and use both places of the pool themselves.
const results = await inPool(
  AT_A_TIME,
  steps.map(step => () => perform(step)),
)
if (!process.argv.includes('--no-tests')) results.push(await perform(tests))
const failed = results.filter(({ fine }) => !fine)
for (const { step, output } of failed) console.log(`\n── ${step.name}: ${step.command.join(' ')}\n${output.trimEnd()}`)
const verdict = failed.length === 0 ? 'ok' : `not ok: ${failed.map(({ step }) => step.name).join(', ')}`
console.log(`\n${verdict}, ${seconds(startedAt)}`)
process.exitCode = failed.length === 0 ? 0 : 1

/** Runs a step, prints its line, and keeps what it wrote for the end. */
async function perform(step: Step): Promise<{ step: Step; fine: boolean; output: string }> {
  const since = performance.now()
  const { code, output } = await execute(step.command)
  const last = code === 0 && step === tests ? `  ${output.trimEnd().split('\n').at(-1)}` : ''
  console.log(`${code === 0 ? 'ok  ' : 'FAIL'}  ${step.name.padEnd(24)} ${seconds(since)}${last}`)
  return { step, fine: code === 0, output }
}

/** Runs a program of this repository and waits for the end of its output. One that cannot start is a failure too. */
function execute([program, ...rest]: Step['command']): Promise<{ code: number | null; output: string }> {
  const path = `${join(ROOT, 'node_modules/.bin')}${delimiter}${process.env['PATH'] ?? ''}`
  return new Promise(resolve => {
    const child = spawn(program, rest, {
      cwd: ROOT,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    const collect = (chunk: string): void => {
      output += chunk
    }
    child.stdout.setEncoding('utf8').on('data', collect)
    child.stderr.setEncoding('utf8').on('data', collect)
    child.on('error', error => resolve({ code: null, output: `Cannot start ${program}: ${error.message}` }))
    child.on('close', code => resolve({ code, output }))
  })
}

function seconds(since: number): string {
  return `${((performance.now() - since) / 1000).toFixed(1)} s`
}
