/** What the play is put on with: the real program in processes of its own, and a voice. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { ROOT } from '../repository.ts'

const MAIN = join(ROOT, 'packages/server/bin/tocsin.js')

/** Milliseconds after which what is waited for is not coming any more. */
const PATIENCE_MS = 60_000

/** A node or an edge that runs. */
export interface Player extends AsyncDisposable {
  readonly name: string
  /** As `http://127.0.0.1:40123`. */
  readonly http: string
  /** As `127.0.0.1:40124`. */
  readonly dns: string
  readonly adminKey: string
  /** SIGTERM asks it to finish what it has begun; SIGKILL does not. */
  end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void>
}

/** How a player is started. */
export interface Casting {
  readonly name: string
  readonly command: 'up' | 'edge'
  readonly data: string
  /** Port 0, or where it was before. */
  readonly http?: string
  readonly args: readonly string[]
}

/** Starts a player; resolves when it says that it is ready, and rejects with its log where it ends before. */
export async function enter({ name, command, data, http = '127.0.0.1:0', args }: Casting): Promise<Player> {
  const listen = ['--data', data, '--http', http, '--dns', '127.0.0.1:0', '--dns-base', 'play.test']
  const child = spawn(process.execPath, [MAIN, command, ...listen, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...withoutSettings(), NO_COLOR: '1' },
  })
  process.once('exit', () => child.kill('SIGKILL'))
  let log = ''
  child.stderr.on('data', (piece: Buffer) => (log += piece.toString()))
  const exited = once(child, 'exit')
  const ready = await Promise.race([
    readyLine(child),
    exited.then(() => Promise.reject(new Error(`Cannot go on: ${name} ended before it was ready, saying\n${log}`))),
  ])
  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal)
    await exited
  }
  return {
    name,
    http: /http:\/\/[^\s,]+/.exec(ready)![0],
    dns: /DNS ([\d.]+:\d+)/.exec(ready)![1]!,
    adminKey: readFileSync(join(data, 'admin.key'), 'utf8').trim(),
    end,
    [Symbol.asyncDispose]: () => end('SIGTERM'),
  }
}

/** Asks a player over HTTP with its own administrator's key; rejects for anything but 2xx. */
export async function ask<T>(player: Pick<Player, 'http' | 'adminKey'>, path: string, body?: unknown): Promise<T> {
  const sent = body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }
  const response = await fetch(player.http + path, {
    ...sent,
    headers: {
      authorization: `Bearer ${player.adminKey}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
  })
  if (!response.ok) throw new Error(`Cannot ask ${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}

/** Asks again and again until something is told; gives it. */
export async function until<T>(what: string, look: () => Promise<T | undefined>): Promise<T> {
  for (const since = performance.now(); performance.now() - since < PATIENCE_MS; ) {
    const found = await look()
    if (found !== undefined) return found
    await new Promise(resolve => setTimeout(resolve, 2))
  }
  throw new Error(`Cannot go on: waited ${PATIENCE_MS / 1000} s for ${what}`)
}

const isColoured = process.stdout.isTTY && process.env['NO_COLOR'] === undefined
const paint = (code: number, text: string) => (isColoured ? `\u001b[${code}m${text}\u001b[0m` : text)

/** The head of a scene. */
export function scene(title: string): void {
  process.stdout.write(`\n${paint(1, title)}\n`)
}

/** What happens. */
export function tell(text: string): void {
  process.stdout.write(`  ${text}\n`)
}

/** What was to be shown, and is. */
export function show(text: string): void {
  process.stdout.write(`  ${paint(32, '✓')} ${text}\n`)
}

async function readyLine(child: ChildProcess): Promise<string> {
  for await (const line of createInterface({ input: child.stdout! })) {
    if (/\bready\b/.test(line)) return line
  }
  return new Promise(() => undefined)
}

function withoutSettings(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TOCSIN_') && name !== 'NODE_OPTIONS')
  return Object.fromEntries(own) as Record<string, string>
}
