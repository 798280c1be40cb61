/** Child processes on a core of their own. None of them outlives the bench, however it ends. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'

/** The core of the servers under test, and that of the load generators and of the bench itself. */
export const CORES = { server: '0', load: '1', any: '0,1' } as const

/** Where a process may run. */
export type Core = keyof typeof CORES

/** How a process is started. */
export interface StartOptions {
  readonly core: Core
  readonly env?: Readonly<Record<string, string>>
  /** File that takes its standard output, where that is too much to hold. */
  readonly outputFile?: string
}

/** A process that runs. Disposing of it ends it: SIGTERM, and SIGKILL after ten seconds. */
export interface Running extends AsyncDisposable {
  readonly pid: number
  readonly child: ChildProcess
  /** What it wrote so far to standard output and to standard error. */
  readonly out: () => string
  readonly errors: () => string
  /** Resolves with its exit code or the signal that ended it. */
  readonly exited: Promise<number | NodeJS.Signals>
}

/** All that were started and have not ended. */
const running = new Set<ChildProcess>()

process.on('exit', () => {
  for (const child of running) child.kill('SIGKILL')
})

/** Starts a program on a core; `taskset` becomes the program, so the process id is the program's own. */
export function start(program: string, args: readonly string[], options: StartOptions): Running {
  const file = options.outputFile === undefined ? undefined : openSync(options.outputFile, 'w')
  const child = spawn('taskset', ['-c', CORES[options.core], program, ...args], {
    stdio: ['ignore', file ?? 'pipe', 'pipe'],
    env: { ...cleanEnvironment(), ...options.env },
  })
  if (file !== undefined) closeSync(file)
  running.add(child)
  let out = ''
  let errors = ''
  child.stdout?.on('data', (piece: Buffer) => (out += piece.toString()))
  child.stderr!.on('data', (piece: Buffer) => (errors += piece.toString()))
  const exited = new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      running.delete(child)
      resolve(code ?? signal!)
    })
  })
  exited.catch(() => running.delete(child))
  return {
    pid: child.pid ?? -1,
    child,
    out: () => out,
    errors: () => errors,
    exited,
    async [Symbol.asyncDispose]() {
      if (child.exitCode !== null || child.signalCode !== null) return
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000)
      child.kill('SIGTERM')
      await once(child, 'close')
      clearTimeout(late)
    },
  }
}

/** Runs a program to its end; rejects with what it said where it fails or takes longer than so many seconds. */
export async function run(
  program: string,
  args: readonly string[],
  options: StartOptions & { readonly secondsMax: number; readonly codes?: readonly number[] },
): Promise<string> {
  await using program_ = start(program, args, options)
  const late = setTimeout(() => program_.child.kill('SIGKILL'), options.secondsMax * 1000)
  const code = await program_.exited
  clearTimeout(late)
  if (!(options.codes ?? [0]).includes(code as number)) {
    const said = `${program_.errors()}${program_.out()}`.trim().slice(-600)
    throw new Error(`Cannot finish "${program} ${args[0] ?? ''}": ended with ${code}, saying "${said}"`)
  }
  return program_.out()
}

/** Resolves when a started server is ready; rejects with what it said where it ends before, or takes too long. */
export async function untilReady(server: Running, isReady: () => boolean | Promise<boolean>, what: string) {
  let ended: number | NodeJS.Signals | undefined
  void server.exited.then(code => (ended = code)).catch(() => (ended = -1))
  const until = performance.now() + 120_000
  for (;;) {
    if (await isReady()) return
    if (ended !== undefined) throw new Error(`Cannot start ${what}: ended with ${ended}, saying "${server.errors()}"`)
    if (performance.now() > until) throw new Error(`Cannot start ${what}: not ready after 120 s`)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
}

const TICKS_PER_SECOND = 100

/** CPU seconds that a process used since its start, all threads, in user and kernel mode; steps of 10 ms. */
export function cpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  // The program's name stands in parentheses and may hold blanks.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND
}

/** A figure of `/proc/PID/status` in bytes, as `VmHWM`, the peak of the memory in use. */
export function memoryBytes(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(readFileSync(`/proc/${pid}/status`, 'utf8'))
  return Number(found?.[1] ?? Number.NaN) * 1024
}

/** Without settings of whoever runs the bench. */
function cleanEnvironment(): Record<string, string> {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('TOCSIN_') && name !== 'NODE_OPTIONS')
  return { ...(Object.fromEntries(own) as Record<string, string>), NO_COLOR: '1' }
}
