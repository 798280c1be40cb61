/** Single lookups over HTTP: against Fastify that looks nothing up, and against CrowdSec's local API. */

import { subjects } from '../ask/lists.ts'
import { asked } from '../ask/queries.ts'
import type { Figure } from '../harness/bench.ts'
import type { Rival } from '../harness/rows.ts'
import { sampleOf } from '../harness/samples.ts'
import { writeScript, wrk } from '../load/wrk.ts'
import { BOUNCER_KEY, type HttpServer, startCrowdsec, startPlainFastify } from '../servers/http-rivals.ts'
import { preparedData, startOurs } from '../servers/ours.ts'

const CONNECTIONS = 64
const DECISIONS = 50_000

/** Rates of all three in turns. */
export const httpSingle: Figure = {
  name: 'http-single',
  about: 'single lookups over HTTP, against a plain Fastify answer and against CrowdSec',
  async measure(bench, add) {
    await using opened = new AsyncDisposableStack()
    const made = subjects('ip', bench.listed, bench.listed / 2)
    const ours = opened.use(await startOurs(bench, await preparedData(bench, 'ip', made.listed)))
    const example = await fetch(`${ours.http}/v1/reputation/ip/${made.unlisted[0]!}`).then(answer => answer.json())
    const plain = opened.use(await startPlainFastify(example as object))
    // The questions are the same for all: one in ten is on both lists.
    const banned = made.listed.slice(0, bench.quick ? 5000 : DECISIONS)
    const crowdsec = await startCrowdsec(bench, banned).catch((error: unknown) => (error as Error).message)
    if (typeof crowdsec !== 'string') opened.use(crowdsec)

    const addresses = asked({ listed: banned, unlisted: made.unlisted }, 20_000)
    const [script, theirs] = [bench.scratch('single.lua'), bench.scratch('crowdsec.lua')]
    writeScript(script, { paths: addresses.map(address => `/v1/reputation/ip/${address}`) })
    writeScript(theirs, {
      paths: addresses.map(address => `/v1/decisions?ip=${address}`),
      headers: { 'x-api-key': BOUNCER_KEY },
    })
    const runs: Record<'ours' | 'plain' | 'crowdsec', number[]> = { ours: [], plain: [], crowdsec: [] }
    const measure = async (name: keyof typeof runs, server: HttpServer, by: string, counts: boolean) => {
      const { answersPerSecond } = await wrk(server, by, bench.seconds, CONNECTIONS)
      if (counts) runs[name].push(answersPerSecond)
      if (counts) bench.say(`${name}: ${Math.round(answersPerSecond)} answers/s`)
    }
    for (let round = 0; round <= bench.rounds; round++) {
      // The first is for warming up.
      await measure('ours', ours, script, round > 0)
      await measure('plain', plain, script, round > 0)
      if (typeof crowdsec !== 'string') await measure('crowdsec', crowdsec, theirs, round > 0)
    }
    const common = { what: `Single HTTP lookups/s, ${CONNECTIONS} connections`, unit: '/s', ours: sampleOf(runs.ours) }
    const size = `constant object of ${JSON.stringify(example).length} bytes, serialised by a schema`
    add({
      ...common,
      rival: { name: 'plain Fastify', sample: sampleOf(runs.plain) },
      target: { of: 'ratio', atLeast: 0.8 },
      note: `plain Fastify: ${size}`,
    })
    const name = `CrowdSec local API, SQLite, ${banned.length.toLocaleString('en')} decisions`
    const rival: Rival =
      typeof crowdsec === 'string' ? { name, missing: crowdsec } : { name, sample: sampleOf(runs.crowdsec) }
    add({ ...common, rival, target: { of: 'ratio', atLeast: 150 }, note: `ours has ${bench.listed} subjects` })
  },
}
