#!/usr/bin/env node
/*
 * The preflight: finds a Node that runs TypeScript as it is, and then the program. Plain JavaScript that Node 16 can
 * parse, because a machine with an old Node has to get a clear answer and not a syntax error.
 */
import { spawn } from 'node:child_process'
import * as nodeModule from 'node:module'
import { dirname, join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'

const NEEDED = [24, 16]

if (isEnough(process.versions.node)) {
  keepCompiled()
  await import('../src/main.ts')
} else {
  const node = bundledNode()
  if (node === undefined) {
    console.error(
      `Cannot start Tocsin: it needs Node ${NEEDED.join('.')} or later, and this is ${process.versions.node}.\n` +
        `On Linux (x64, arm64) "npm ci" or "npm install" brings the right one, unless optional packages are left out.\n` +
        `Elsewhere install it from https://nodejs.org/ and try again.`,
    )
    process.exitCode = 1
  } else become(node)
}

/** Whether a version such as "24.16.0" is the needed one or later. */
function isEnough(version) {
  const [major, minor] = version.split('.').map(Number)
  return major > NEEDED[0] || (major === NEEDED[0] && minor >= NEEDED[1])
}

/**
 * Keeps the compiled sources beside the packages, whose owner is whoever may change the program anyway (a folder for all,
 * as Node's own in /tmp, is not). It makes a second start and each further thread a third quicker. Threads find the
 * folder in the environment. Where it cannot be written, all is compiled each time.
 */
function keepCompiled() {
  if (process.env['NODE_COMPILE_CACHE'] !== undefined) return
  const folder = fileURLToPath(new URL('../../../node_modules/.cache/tocsin', import.meta.url))
  if (nodeModule.enableCompileCache(folder).directory !== undefined) process.env['NODE_COMPILE_CACHE'] = folder
}

/** The Node that npm installed beside us as an optional dependency, looked for in every node_modules above this file. */
function bundledNode() {
  try {
    const manifest = nodeModule
      .createRequire(import.meta.url)
      .resolve(`node-${process.platform}-${process.arch}/package.json`)
    return join(dirname(manifest), 'bin', 'node')
  } catch {
    return undefined
  }
}

/** Runs this very command again under another Node, and ends as it ends: same signals in, same exit code or signal out. */
function become(node) {
  const child = spawn(node, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' })
  const isTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the child as well, and a second one would mean "stop at once".
      if (!(signal === 'SIGINT' && isTerminal)) child.kill(signal)
    })
  }
  child.on('error', error => {
    console.error(`Cannot start Tocsin: ${node} does not run here: ${error.message}`)
    process.exitCode = 1
  })
  child.on('exit', (code, signal) => {
    if (signal === null) process.exit(code ?? 1)
    process.removeAllListeners(signal)
    process.kill(process.pid, signal)
  })
}
