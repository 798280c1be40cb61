/** The program: hands the world to the command line. Running this file is its only use. */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { unwrap } from '@tocsin/core/base'
import type { Subject } from '@tocsin/core/subject'
import { type OpenFolder, type Output, type RemoteNode, run, type Surroundings } from './cli/index.ts'
import type * as Client from './cli/connect.ts'
import type { Config } from './config/index.ts'

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }

const world: Surroundings = {
  version,
  env: process.env,
  input: process.stdin,
  output: outputOf(process.stdout),
  errors: outputOf(process.stderr),
  clock: Date.now,
  connect,
  openFolder,
  isHeld,
  start,
  startEdge,
  startRelay,
  untilAsked,
}

process.exitCode = await run(process.argv.slice(2), world)

function outputOf(stream: NodeJS.WriteStream): Output {
  // Whoever reads us may leave early, as `head` does; what is left to say is then said to nobody.
  stream.on('error', () => undefined)
  return {
    write: text => void stream.write(text),
    isTerminal: stream.isTTY,
    colours: stream.isTTY && stream.hasColors(),
  }
}

// What follows loads the client or the server, where the command needs one.

function connect(server: string, key: string | undefined): RemoteNode {
  const client = createRequire(import.meta.url)('./cli/connect.ts') as typeof Client
  return client.connect(server, key)
}

async function start(config: Config) {
  const { startSingle } = await import('./compose/single.ts')
  const { createLog } = await import('./ops/events.ts')
  return await startSingle(config, { clock: Date.now, log: createLog(config.log.level), version })
}

async function startEdge(config: Config) {
  const edge = await import('./compose/edge.ts')
  const { createLog } = await import('./ops/events.ts')
  return await edge.startEdge(config, { clock: Date.now, log: createLog(config.log.level), version })
}

async function startRelay(config: Config) {
  const relay = await import('./compose/relay.ts')
  const { createLog } = await import('./ops/events.ts')
  return await relay.startRelay(config, { clock: Date.now, log: createLog(config.log.level) })
}

async function openFolder(config: Config): Promise<OpenFolder> {
  const { parseSubject } = await import('@tocsin/core/subject')
  const { answerToWire } = await import('@tocsin/core/wire')
  const { openOffline } = await import('./compose/offline.ts')
  const { explanationToWire } = await import('./doors/http/explanations.ts')
  const node = await openOffline(config, Date.now)
  const subjectOf = (text: string): Subject => unwrap(parseSubject(text))
  return {
    check: async subjects => subjects.map(text => answerToWire(node.answer(subjectOf(text)))),
    explain: async (text, at) => {
      const subject = subjectOf(text)
      const time = at === undefined ? undefined : Date.parse(at)
      return explanationToWire(unwrap(await node.explain(subject, time)), {
        answer: at === undefined ? node.answer(subject) : undefined,
        phases: node.phasesOf(subject),
        context: await node.contextOf(subject),
      })
    },
    importList: (source, chunks, meaning) => node.importList(source, chunks, meaning),
    [Symbol.asyncDispose]: () => node[Symbol.asyncDispose](),
  }
}

async function isHeld(dataFolder: string): Promise<boolean> {
  const { holdDataFolder } = await import('./compose/data-folder.ts')
  try {
    holdDataFolder(dataFolder)[Symbol.dispose]()
    return false
  } catch {
    return true
  }
}

/** Resolves with the first signal to end; a second one ends the process at once. */
function untilAsked(): Promise<void> {
  return new Promise(resolve => {
    let isAsked = false
    const onSignal = () => {
      if (isAsked) process.exit(1)
      isAsked = true
      resolve()
    }
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, onSignal)
  })
}
