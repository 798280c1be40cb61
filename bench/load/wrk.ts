/** wrk as the load generator of the HTTP figures. */
import { writeFileSync } from 'node:fs'
import { cpuSeconds, run } from '../harness/processes.ts'
import { needProgram } from '../harness/programs.ts'
import type { HttpServer } from '../servers/http-rivals.ts'

/** What is asked, again and again in order: paths, or bodies for one path. */
export interface HttpRequests {
  readonly paths: readonly string[]
  /** Posted as JSON, one after another, to the first path. */
  readonly bodies?: readonly string[]
  readonly headers?: Readonly<Record<string, string>>
}

/** What one run of wrk saw. */
export interface HttpRun {
  readonly answersPerSecond: number
  readonly answersPerCpuSecond: number
}

/** Writes the script by which wrk asks; one request a line, bodies must hold no line feed. */
export function writeScript(file: string, { paths, bodies, headers = {} }: HttpRequests): void {
  writeFileSync(`${file}.lines`, `${(bodies ?? paths).join('\n')}\n`)
  const set = Object.entries(headers).map(([name, value]) => `wrk.headers[${quoted(name)}] = ${quoted(value)}`)
  const format =
    bodies === undefined ? 'wrk.format("GET", line)' : `wrk.format("POST", ${quoted(paths[0]!)}, wrk.headers, line)`
  if (bodies !== undefined) set.push('wrk.headers["content-type"] = "application/json"')
  const lua = `${set.join('\n')}
local requests, at = {}, 0
function init(args)
  wrk.headers["Host"] = wrk.host .. ":" .. wrk.port
  for line in io.lines(${quoted(`${file}.lines`)}) do requests[#requests + 1] = ${format} end
end
function request()
  at = at % #requests + 1
  return requests[at]
end
`
  writeFileSync(file, lua)
}

/** Loads a server from one thread on the load's core. Rejects where any answer was not a success. */
export async function wrk(
  server: Pick<HttpServer, 'http' | 'pid'>,
  script: string,
  seconds: number,
  connections: number,
): Promise<HttpRun> {
  const args = ['-t', '1', '-c', `${connections}`, '-d', `${seconds}s`, '--timeout', '60s', '-s', script, server.http]
  const before = cpuSeconds(server.pid)
  const text = await run(needProgram('wrk'), args, { core: 'load', secondsMax: seconds + 90 })
  const used = cpuSeconds(server.pid) - before
  const wrong = /Non-2xx or 3xx responses: \d+|Socket errors: .+/.exec(text)?.[0]
  if (wrong !== undefined) throw new Error(`Cannot count answers of ${server.http}: ${wrong}`)
  const rate = /Requests\/sec:\s+([\d.]+)/.exec(text)?.[1]
  const requests = /(\d+) requests in/.exec(text)?.[1]
  if (rate === undefined || requests === undefined) throw new Error(`Cannot read what wrk printed: "${text}"`)
  return { answersPerSecond: Number(rate), answersPerCpuSecond: Number(requests) / used }
}

function quoted(text: string): string {
  return JSON.stringify(text)
}
