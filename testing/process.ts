/** The real program as a child process: for tests of what an operator does to it. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'

const MAIN = fileURLToPath(new URL('../packages/server/src/main.ts', import.meta.url))

/** A data folder of its own, removed at the end. */
export function temporaryFolder(): { readonly path: string } & Disposable {
  const path = mkdtempSync(join(tmpdir(), 'tocsin-'))
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) }
}

/** A node that runs in a process of its own. */
export interface NodeProcess extends AsyncDisposable {
  /** As `http://127.0.0.1:40123`. */
  readonly http: string
  readonly dnsHost: string
  readonly dnsPort: number
  /** The key of role admin that its first start made. */
  readonly adminKey: string
  /** The line that said `ready`. */
  readonly ready: string
  readonly pid: number
  /** Ends it with a signal; resolves with the exit code, or the signal that ended it. */
  end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals>
  /** What it wrote to standard error so far. */
  log(): string
}

/** Starts `tocsin up`, or another command that runs a node, on free ports and waits for its ready line; rejects with its log where it ends before. */
export async function startNode(
  data: string,
  args: readonly string[] = [],
  command: 'up' | 'edge' = 'up',
): Promise<NodeProcess> {
  const listen = ['--data', data, '--http', '127.0.0.1:0', '--dns', '127.0.0.1:0', '--dns-base', 'rep.test']
  const child = spawn(process.execPath, [MAIN, command, ...listen, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: environment(),
  })
  let log = ''
  child.stderr.on('data', (piece: Buffer) => (log += piece.toString()))
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const ready = await Promise.race([
    readyLine(child),
    exited.then(([code, signal]) => {
      throw new Error(`the node ended with ${code ?? signal} before it was ready:\n${log}`)
    }),
  ])
  const http = /http:\/\/[^\s,]+/.exec(ready)![0]
  const [, dnsHost, dnsPort] = /DNS ([\d.]+):(\d+)/.exec(ready)!
  async function end(signal: NodeJS.Signals): Promise<number | NodeJS.Signals> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    const [code, by] = await exited
    return code ?? by!
  }
  return {
    http,
    dnsHost: dnsHost!,
    dnsPort: Number(dnsPort),
    adminKey: readFileSync(join(data, 'admin.key'), 'utf8').trim(),
    ready,
    pid: child.pid!,
    end,
    log: () => log,
    async [Symbol.asyncDispose]() {
      await end('SIGTERM')
    },
  }
}

/** The outcome of a command. */
export interface Outcome {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command of the program to its end. */
export async function tocsin(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [MAIN, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...environment(), ...env },
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (piece: Buffer) => (out += piece.toString()))
  child.stderr.on('data', (piece: Buffer) => (err += piece.toString()))
  const [code] = (await once(child, 'close')) as [number]
  return { code, out, err }
}

/** Ours without settings of whoever runs the tests. */
function environment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TOCSIN_') && name !== 'NODE_OPTIONS')
  return { ...(Object.fromEntries(own) as Record<string, string>), NO_COLOR: '1' }
}

async function readyLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (/\bready\b/.test(line)) return line
  }
  return new Promise(() => undefined)
}
