import { deepEqual, equal, match } from 'node:assert/strict'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { plant } from '../tools/fixture.ts'

const PREFLIGHT = readFileSync(join(import.meta.dirname, '../packages/server/bin/tocsin.js'), 'utf8')
const BUNDLED = `node_modules/node-${process.platform}-${process.arch}`

/** A program that shows its arguments and the run of its Node, then waits for a signal if it is told to. */
const MAIN = `
  const words: string[] = process.argv.slice(2)
  if (words[0] === 'wait') {
    const timer = setInterval(() => {}, 1000)
    process.on('SIGTERM', () => { clearInterval(timer); process.exitCode = 7 })
    process.on('SIGINT', () => { process.removeAllListeners('SIGINT'); process.kill(process.pid, 'SIGINT') })
  } else process.exitCode = Number(words[1] ?? 0)
  console.log('main', ...words)
`

/** As the preflight stands, but for an old Node: this process cannot be one, so the needed version is far ahead. */
const AS_IF_OLD = PREFLIGHT.replace('const NEEDED = [24, 16]', `const NEEDED = [process.env.RIGHT_NODE ? 24 : 999, 16]`)

/** A tree with the preflight, a main that answers, and a "right" Node beside them that marks itself in the environment. */
function tree(preflight: string, withNode: boolean) {
  const files = {
    'package.json': '{"type":"module"}',
    'packages/server/bin/tocsin.js': preflight,
    'packages/server/src/main.ts': MAIN,
    ...(withNode
      ? {
          [`${BUNDLED}/package.json`]: '{}',
          [`${BUNDLED}/bin/node`]: `#!/bin/sh\nRIGHT_NODE=1 exec "$REAL_NODE" "$@"\n`,
        }
      : {}),
  }
  const planted = plant(files)
  if (withNode) chmodSync(join(planted.root, BUNDLED, 'bin/node'), 0o755)
  return planted
}

const ENV = { ...process.env, REAL_NODE: process.execPath }

function tocsin(root: string, ...words: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(root, 'packages/server/bin/tocsin.js'), ...words],
    { encoding: 'utf8', env: ENV },
  )
  return { status, stdout: stdout.trim(), stderr: stderr.trim() }
}

async function stopped(
  root: string,
  signal: NodeJS.Signals,
): Promise<[code: number | null, signal: NodeJS.Signals | null]> {
  const child: ChildProcess = spawn(process.execPath, [join(root, 'packages/server/bin/tocsin.js'), 'wait'], {
    env: ENV,
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  if (child.stdout === null) throw new Error('no output')
  await once(child.stdout, 'data')
  child.kill(signal)
  return new Promise(resolve => {
    child.on('exit', (code, by) => resolve([code, by]))
  })
}

test('tocsin runs main at once on the right Node, with its arguments and exit code', () => {
  using planted = tree(PREFLIGHT, false)
  deepEqual(tocsin(planted.root, 'check', '3'), { status: 3, stdout: 'main check 3', stderr: '' })
})

test('tocsin on an old Node runs itself under the one that npm brought', () => {
  using planted = tree(AS_IF_OLD, true)
  deepEqual(tocsin(planted.root, 'check', '4'), { status: 4, stdout: 'main check 4', stderr: '' })
})

test('tocsin on an old Node passes signals on, and ends as its child ends', async () => {
  using planted = tree(AS_IF_OLD, true)
  deepEqual(await stopped(planted.root, 'SIGTERM'), [7, null])
  deepEqual(await stopped(planted.root, 'SIGINT'), [null, 'SIGINT'])
})

test('tocsin on an old Node without another says what to install', () => {
  using planted = tree(AS_IF_OLD, false)
  const { status, stdout, stderr } = tocsin(planted.root, 'up')
  equal(status, 1)
  equal(stdout, '')
  match(stderr, /^Cannot start Tocsin: it needs Node 999\.16 or later, and this is /)
})
