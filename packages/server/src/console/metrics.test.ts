import assert from 'node:assert/strict'
import { test } from 'node:test'
import { startNode, temporaryFolder } from '../../../../testing/process.ts'
import { family } from '../ops/exposition.ts'

/** Families by name, of a text in the exposition format; throws at the first thing that a strict reader would refuse. */
function parse(text: string) {
  const families = new Map<string, { type: string; samples: Map<string, number> }>()
  assert.ok(text.endsWith('\n'), 'the last line must have its end')
  let current = ''
  for (const line of text.slice(0, -1).split('\n')) {
    const [, help] = /^# HELP ([a-zA-Z_:][a-zA-Z0-9_:]*) \S.*$/.exec(line) ?? []
    const [, typed, type] = /^# TYPE ([a-zA-Z_:][a-zA-Z0-9_:]*) (counter|gauge)$/.exec(line) ?? []
    if (help !== undefined) {
      assert.ok(!families.has(help), `${help} comes twice`)
      current = help
      continue
    }
    if (typed !== undefined) {
      assert.equal(typed, current, 'TYPE comes behind the HELP of its family')
      families.set(typed, { type: type!, samples: new Map() })
      continue
    }
    const [, name, labels = '', value] =
      /^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\[\\"n])*"(?:,(?=[^}])|(?=\})))+\})? (\S+)$/.exec(
        line,
      ) ?? assert.fail(`not a sample: ${line}`)
    assert.equal(name, current, 'samples of a family stand together')
    const { samples, type: ofFamily } = families.get(name) ?? assert.fail(`${name} has no TYPE`)
    assert.ok(!samples.has(labels), `${name}${labels} comes twice`)
    assert.match(value!, /^-?\d+(?:\.\d+)?(?:e[+-]\d+)?$/)
    assert.ok(ofFamily === 'gauge' || Number(value) >= 0)
    if (ofFamily === 'counter') assert.match(name, /_total$/)
    samples.set(labels, Number(value))
  }
  for (const [name, { samples }] of families) assert.ok(samples.size > 0, `${name} has no samples`)
  return families
}

test('family() escapes what labels and help hold', () => {
  const lines = family('gauge', 'a', 'b\\c\nd', [[{ x: 'a"b\\c\nd' }, 1.5]])
  assert.deepEqual(lines, ['# HELP a b\\\\c\\nd', '# TYPE a gauge', 'a{x="a\\"b\\\\c\\nd"} 1.5'])
  const read = parse(`${lines.join('\n')}\n`).get('a')
  assert.deepEqual([...read!.samples], [['{x="a\\"b\\\\c\\nd"}', 1.5]])
  assert.deepEqual(family('counter', 'none_total', 'None.', []), [])
})

test('a node tells its numbers in the text format of Prometheus', async () => {
  using data = temporaryFolder()
  await using node = await startNode(data.path, ['--starter', 'false'])
  const read = async () => {
    const response = await fetch(`${node.http}/metrics`)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get('content-type'), 'text/plain; version=0.0.4; charset=utf-8')
    return parse(await response.text())
  }
  const before = await read()
  const of = (families: typeof before, name: string, labels = '') => families.get(name)?.samples.get(labels)
  assert.equal(of(before, 'tocsin_book_entries', '{type="ip"}'), 0)
  await fetch(`${node.http}/v1/reputation/ip/192.0.2.1`)
  const headers = { authorization: `Bearer ${node.adminKey}`, 'content-type': 'application/json' }
  const body = JSON.stringify([{ subject: 'ip:192.0.2.1', kind: 'spam-trap-hit' }])
  assert.equal((await fetch(`${node.http}/v1/evidence`, { method: 'POST', headers, body })).status, 200)
  const after = await read()
  assert.equal(of(after, 'tocsin_lookups_total', '{door="http",verdict="untested",action="allow"}'), 1)
  assert.equal(of(after, 'tocsin_ledger_up'), 1)
  assert.equal(of(after, 'tocsin_ledger_evidence'), 1)
  assert.equal(of(after, 'tocsin_ledger_sources', '{origin="key"}'), 1)
  assert.equal(of(after, 'tocsin_feeds'), 0)
  assert.equal(of(after, 'tocsin_feeds_turns_total', '{outcome="failed"}'), 0)
  assert.equal(of(after, 'tocsin_dns_messages_total', '{event="failed"}'), 0)
  assert.equal(of(after, 'tocsin_dns_tcp_connections'), 0)
  assert.equal(of(after, 'tocsin_book_behind_seconds'), 0)
  assert.ok(of(after, 'process_resident_memory_bytes')! > 10_000_000)
  assert.ok(of(after, 'process_cpu_seconds_total')! > 0)
})

test('metrics are for whom the status is: known hosts, and a key where lookups need one', async () => {
  using data = temporaryFolder()
  await using node = await startNode(data.path, ['--starter', 'false', '--http-lookups-need-key', 'always'])
  const status = async (headers: Record<string, string>) => (await fetch(`${node.http}/metrics`, { headers })).status
  assert.equal(await status({}), 401)
  assert.equal(await status({ authorization: 'Bearer wrong' }), 401)
  assert.equal(await status({ authorization: `Bearer ${node.adminKey}` }), 200)
  const { request } = await import('node:http')
  const rebound = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: 'rebound.example' }
    request(`${node.http}/metrics`, { headers }, answer => resolve(answer.resume().statusCode))
      .on('error', reject)
      .end()
  })
  assert.equal(rebound, 421)
})
