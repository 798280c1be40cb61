import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Finding } from '../finding.ts'
import type { Repository } from '../repository.ts'
import { type Fence, parseMarkdown } from './markdown.ts'

const PAGE = /^(README\.md|docs\/.*\.md|packages\/[^/]+\/README\.md)$/
const TIME_LIMIT_MS = 30_000

/** Runs every block that is fenced as `ts run` and finds those that do not exit 0 within 30 seconds. */
export async function examples(repository: Repository): Promise<Finding[]> {
  const blocks = repository.files
    .filter(path => PAGE.test(path))
    .flatMap(file => parseMarkdown(repository.read(file)).fences.map(fence => ({ file, fence })))
    .filter(({ fence }) => /^ts\s+run\b/.test(fence.info))
  const findings: Finding[] = []
  for (const { file, fence } of blocks) findings.push(...(await tried(repository.root, file, fence)))
  return findings
}

async function tried(root: string, file: string, { text, line }: Fence): Promise<Finding[]> {
  // Inside the repository, so that the packages resolve; in var/, which git and the other checks leave out.
  mkdirSync(join(root, 'var'), { recursive: true })
  const folder = mkdtempSync(join(root, 'var', 'example-'))
  try {
    const path = join(folder, 'example.ts')
    writeFileSync(path, text)
    const { code, output } = await run(root, path)
    if (code === 0) return []
    const message = `has an example that does not run (exit code ${code ?? 'none'}):\n${indented(output)}`
    return [
      {
        file,
        line,
        message,
        instead: 'Mend the example, or the code that it shows; without "run" after "ts" it is not tried.',
      },
    ]
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Runs a file and waits until its output is complete; `code` is `null` if it had to be stopped. */
function run(root: string, path: string): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [path], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIME_LIMIT_MS,
    })
    let output = ''
    const collect = (chunk: Buffer): void => {
      output += chunk.toString()
    }
    child.stdout.on('data', collect)
    child.stderr.on('data', collect)
    child.on('error', reject)
    child.on('close', code => resolve({ code, output }))
  })
}

function indented(output: string): string {
  return output
    .trimEnd()
    .split('\n')
    .slice(0, 30)
    .map(line => `    | ${line}`)
    .join('\n')
}
