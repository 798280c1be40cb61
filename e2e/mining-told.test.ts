/** What miners are told beside evidence (questions, sightings, resolutions, digests) becomes reputations. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { describe, it } from 'node:test'
import { formatTlsh, tlshOf } from '@tocsin/core/similarity'
import { updateEnrichment } from '../packages/server/src/compose/enrichment.ts'
import { temporaryFolder } from '../testing/process.ts'
import { answersFor, ask } from './asking.ts'
import { startMiningNode } from './mining-node.ts'

const HOUR_MS = 3_600_000
const BAIT = 'domain:paypal-login-claim-reward.click'

describe('names', () => {
  it('that were asked about and speak against themselves are suspicious at the next question, after a restart too', async () => {
    using folder = temporaryFolder()
    const data = join(folder.path, 'data')
    {
      await using world = await startMiningNode(data)
      const asked = () => answersFor(world.asked, [BAIT, 'domain:weather.example'])
      assert.deepEqual(
        (await asked()).map(({ verdict }) => verdict),
        ['untested', 'untested'],
      )
      await world.node.mined()
      const [bait, plain] = await asked()
      assert.deepEqual([bait?.verdict, bait?.action, plain?.verdict], ['suspicious', 'allow', 'untested'])
      assert.deepEqual(await world.said(BAIT), ['suspicious-name by tocsin:names'])
      const { notes } = await ask<{ readonly notes: readonly string[] }>(
        world.asked,
        `/v1/console/notes?subject=${BAIT}`,
      )
      assert.match(notes[0]!, /^by its text alone: .*"claim"/)
      const metrics = await (await fetch(`${world.node.httpUrl}/metrics`)).text()
      assert.match(metrics, /tocsin_mining\{miner="names",figure="statements"\} 1\n/)
      assert.match(metrics, /tocsin_mining_dropped_total\{news="asked"\} 0\n/)
    }
    await using again = await startMiningNode(data)
    await again.node.mined()
    assert.deepEqual(await again.said(BAIT), ['suspicious-name by tocsin:names'])
  })
})

describe('sightings', () => {
  it('of a snowshoe range at three sites list it, a member that nobody saw included, after a restart too', async () => {
    using folder = temporaryFolder()
    const data = join(folder.path, 'data')
    const range = 'net:198.51.100.0/24'
    {
      // Nothing is new to a node in its first day, so the first sighting comes before it.
      let behindMs = 25 * HOUR_MS
      await using world = await startMiningNode(data, { clock: () => Date.now() - behindMs })
      const keys = await Promise.all(['a', 'b', 'c'].map(name => world.sensor(name, 0.8)))
      await world.post('/v1/sightings', { subject: 'ip:203.0.113.250', messages: 1 }, keys[0])
      await world.node.mined()
      behindMs = 0
      assert.deepEqual(await world.listed('198.51.100.200'), [])
      for (const [at, key] of keys.entries()) {
        const hosts = Array.from({ length: 45 }, (_, host) => host).filter(host => host % 3 !== at)
        const seen = hosts.map(host => ({ subject: `ip:198.51.100.${host + 1}`, messages: 2, spam: 2 }))
        const { accepted } = await world.post<{ readonly accepted: number }>('/v1/sightings', seen, key)
        assert.equal(accepted, 30)
      }
      await world.node.mined()
      assert.deepEqual(await world.said(range), ['snowshoe-range by tocsin:senders'])
      assert.match((await world.listed('198.51.100.200')).join(' '), /^(127\.0\.0\.\d+ ?)+$/)
      assert.deepEqual(await world.listed('203.0.113.250'), [])
    }
    await using again = await startMiningNode(data)
    await again.node.mined()
    assert.deepEqual(await again.said(range), ['snowshoe-range by tocsin:senders'])
  })
})

describe('a file near a known-bad one', () => {
  it('is highly suspicious as long as that one is known to be bad, whatever was there first', async () => {
    using folder = temporaryFolder()
    await using world = await startMiningNode(join(folder.path, 'data'))
    const [bad, variant] = [`file:${'1'.repeat(64)}`, `file:${'2'.repeat(64)}`]
    const described = (subject: string, confidence: number, different: number) => {
      const digests = { tlsh: formatTlsh(madeUp(different)) }
      return world.post('/v1/evidence', { subject, kind: 'malware-detected', confidence, digests })
    }
    const verdict = async () => (await answersFor(world.asked, [variant]))[0]?.verdict
    await described(variant, 0.05, 300)
    await world.node.mined()
    assert.notEqual(await verdict(), 'highly-suspicious')
    await described(bad, 1, 0)
    await world.node.mined()
    assert.equal(await verdict(), 'highly-suspicious')
    assert.ok((await world.said(variant)).includes('similar-to-malware by tocsin:files'))
    const { notes } = await ask<{ readonly notes: readonly string[] }>(
      world.asked,
      `/v1/console/notes?subject=${variant}`,
    )
    assert.match(notes[0]!, /^like file:1{64}, which is known to be bad, at a TLSH distance of \d+$/)
    assert.match(notes[1]!, /^reported by 1 site since /)
    await world.post('/v1/evidence/retract', { retractions: [{ subject: bad, kind: 'malware-detected' }] })
    await world.node.mined()
    assert.deepEqual(await world.said(variant), ['malware-detected by a trusted reporter'])
  })
})

describe('resolutions', () => {
  it('of a synthetic fast-flux host make it suspicious, after a restart too, and are told to analysts alone', async () => {
    using folder = temporaryFolder()
    const data = join(folder.path, 'data')
    await makePlaces(data)
    const host = 'login.flux.example'
    const path = `/v1/console/history/${host}`
    {
      await using world = await startMiningNode(data)
      const trusted = await world.sensor('resolver', 0.8)
      const now = Date.now()
      const told = Array.from({ length: 24 }, (_, at) => ({
        domain: host,
        address: `9.${at % 12}.0.${at + 1}`,
        seenAt: new Date(now - (48 - 2 * at) * HOUR_MS).toISOString(),
      }))
      await assert.rejects(ask(world.asked, path), /404.*nothing is known of it/)
      await world.post('/v1/resolutions', told, trusted)
      await world.node.mined()
      assert.deepEqual(await world.said(`domain:${host}`), ['fast-flux by tocsin:web'])
      assert.equal((await answersFor(world.asked, [`domain:${host}`]))[0]?.verdict, 'suspicious')
      await assert.rejects(ask({ ...world.asked, adminKey: trusted }, path), /403/)
      await assert.rejects(world.post('/v1/resolutions', told, 'no key'), /401/)
    }
    await using again = await startMiningNode(data)
    await again.node.mined()
    assert.deepEqual(await again.said(`domain:${host}`), ['fast-flux by tocsin:web'])
    const history = await ask<{ readonly domain: string; readonly addresses: readonly object[] }>(again.asked, path)
    assert.deepEqual([history.domain, history.addresses.length], ['flux.example', 24])
  })

  it('are not taken where mining is off, and neither are sightings', async () => {
    using folder = temporaryFolder()
    await using world = await startMiningNode(join(folder.path, 'data'), { mining: 'off' })
    for (const path of ['/v1/resolutions', '/v1/sightings']) await assert.rejects(world.post(path, []), /404/)
    await world.node.mined()
  })
})

/** Content of 8 KiB that is the same but for so many bytes at its end. */
function madeUp(different: number) {
  let state = 1
  const next = () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24
  const bytes = Uint8Array.from({ length: 8192 }, next)
  for (let at = 8192 - different; at < 8192; at++) bytes[at] = (next() * 7) & 0xff
  return tlshOf(bytes)!
}

/** Twelve networks in four countries. */
async function makePlaces(data: string): Promise<void> {
  const attribution = { text: 'made up', licence: 'CC0-1.0', date: '2026-06-30' }
  const lines = (valueOf: (net: number) => string) =>
    Array.from({ length: 12 }, (_, net) => `9.${net}.0.0,9.${net}.255.255,${valueOf(net)}`).join('\n')
  const tables = {
    asn: lines(net => `${64_500 + net},Made up`),
    country: lines(net => ['DE', 'FR', 'BR', 'JP'][net % 4]!),
  }
  for (const [table, text] of Object.entries(tables)) {
    const inputs = [{ name: table, chunks: Readable.from([Buffer.from(text)]) }]
    await updateEnrichment(data, { table: table as keyof typeof tables, inputs, attribution, force: false }, Date.now())
  }
}
