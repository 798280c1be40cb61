/** dnsperf as the load generator of the DNS figures. */
import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import { cpuSeconds, run } from '../harness/processes.ts'
import { needProgram } from '../harness/programs.ts'
import type { DnsServer } from '../servers/dns-rivals.ts'

/** What one run of dnsperf saw. */
export interface DnsRun {
  readonly answersPerSecond: number
  /** Answers for each CPU second that the server used meanwhile, all threads. */
  readonly answersPerCpuSecond: number
  /** Of all answers, those with NOERROR, 0–1. */
  readonly hitShare: number
  readonly lost: number
}

/**
 * A lost question holds its place among those under way for so long, in seconds: rbldnsd's receive buffer of 64 KiB loses
 * some, ours of 4 MiB does not.
 */
const TIMEOUT_SECONDS = 1

/** Twenty clients, two hundred questions under way, from the load's core; at most `rate` a second where that is said. */
export async function dnsperf(
  server: Pick<DnsServer, 'pid' | 'port'>,
  queries: string,
  seconds: number,
  extra: readonly string[] = [],
  outputFile?: string,
): Promise<DnsRun & { readonly text: string }> {
  const place = ['-s', '127.0.0.1', '-p', `${server.port}`]
  const load = ['-d', queries, '-c', '20', '-q', '200', '-l', `${seconds}`, '-t', `${TIMEOUT_SECONDS}`]
  const before = cpuSeconds(server.pid)
  const output = outputFile === undefined ? {} : { outputFile }
  const options = { core: 'load', secondsMax: seconds + 30, ...output } as const
  const held = await run(needProgram('dnsperf'), [...place, ...load, '-W', ...extra], options)
  const used = cpuSeconds(server.pid) - before
  const text = outputFile === undefined ? held : await tailOf(outputFile)
  const completed = numberIn(text, /Queries completed:\s+(\d+)/)
  return {
    text,
    // Its own rate counts the wait for lost ones at the end.
    answersPerSecond: completed / Math.min(seconds, numberIn(text, /Run time \(s\):\s+([\d.]+)/)),
    answersPerCpuSecond: completed / used,
    hitShare: numberIn(text, /NOERROR (\d+)/, 0) / completed,
    lost: numberIn(text, /Queries lost:\s+(\d+)/),
  }
}

/** Milliseconds of every answer, as `dnsperf -v` prints them; releases before 2.12 have no percentiles of their own. */
export async function dnsLatencies(
  server: Pick<DnsServer, 'pid' | 'port'>,
  queries: string,
  seconds: number,
  rate: number,
  scratch: string,
): Promise<{ readonly milliseconds: number[]; readonly answersPerSecond: number }> {
  const { answersPerSecond } = await dnsperf(server, queries, seconds, ['-v', '-Q', String(Math.round(rate))], scratch)
  const milliseconds: number[] = []
  for await (const line of createInterface({ input: createReadStream(scratch) })) {
    if (line.startsWith('> ')) milliseconds.push(Number(line.slice(line.lastIndexOf(' ') + 1)) * 1000)
  }
  return { milliseconds, answersPerSecond }
}

async function tailOf(file: string): Promise<string> {
  const lines: string[] = []
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (!line.startsWith('> ')) lines.push(line)
  }
  return lines.join('\n')
}

function numberIn(text: string, pattern: RegExp, otherwise?: number): number {
  const found = pattern.exec(text)?.[1] ?? otherwise
  if (found === undefined) throw new Error(`Cannot read what dnsperf printed: no match for ${pattern} in "${text}"`)
  return Number(found)
}
