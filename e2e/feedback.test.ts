/** Feedback of real edges: what their sensors report and their doors meet, at a cloud in a process of its own. */
import assert from 'node:assert/strict'
import { Resolver } from 'node:dns/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { WireFeedback, WireFeedbackBatches, WireUnknown } from '@tocsin/core/wire'
import { type NodeProcess, type Outcome, startNode, temporaryFolder, tocsin } from '../testing/process.ts'
import { answersFor, ask, report } from './asking.ts'

/** Runs a command against a node; it must succeed, unless a code is named. */
async function say(node: NodeProcess, ...args: readonly string[]): Promise<Outcome> {
  const outcome = await tocsin(args, { TOCSIN_SERVER: node.http, TOCSIN_KEY: node.adminKey })
  assert.equal(outcome.code, 0, `tocsin ${args.join(' ')}: ${outcome.out}${outcome.err}`)
  return outcome
}

/** Asks again until something is there; the test's own time limit ends what never is. */
async function until<T>(look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const found = await look()
    if (found !== undefined && found !== false) return found
  }
}

const feedbackOf = (edge: NodeProcess) => ask<WireFeedback>(edge, '/v1/feedback')
const unknownAt = async (cloud: NodeProcess) => (await ask<WireUnknown>(cloud, '/v1/unknown')).subjects

/** Resolves when a node blocks a subject. */
const blocks = (node: NodeProcess, subject: string) =>
  until(async () => (await answersFor(node, [subject]))[0]!.action === 'block')

const CLOUD = ['--starter', 'off', '--mining', 'off', '--feeds-scheduled', 'off']
const PAGE = 'url:fresh.example.net/kit/index.php'

async function startWorld(folder: string) {
  await using opened = new AsyncDisposableStack()
  const cloud = opened.use(await startNode(join(folder, 'cloud'), CLOUD))
  const start = async (name: string, ...more: readonly string[]): Promise<NodeProcess> => {
    const about = ['--trust', '0.8', '--organisation', `organisation ${name}`]
    const { out } = await say(cloud, 'keys', 'enrol', name, ...about)
    const flags = ['--upstream', cloud.http, '--enrol', /tocsin-enrol_\S+/.exec(out)![0], ...more]
    return opened.use(await startNode(join(folder, name), flags, 'edge'))
  }
  const edges = await Promise.all([start('a'), start('b'), start('c')])
  const running = opened.move()
  return { cloud, edges, [Symbol.asyncDispose]: () => running.disposeAsync() }
}

describe('feedback', { concurrency: true, timeout: 60_000 }, () => {
  it('edges report, tell what nobody knows, and give a text where their site agrees', async () => {
    using folder = temporaryFolder()
    await using world = await startWorld(folder.path)
    const { cloud, edges } = world
    const [a, b] = edges

    const bad = { subject: 'ip:198.18.7.9', kind: 'listed-botnet', confidence: 1 }
    const inner = { subject: 'ip:10.0.0.1', kind: 'listed-botnet' }
    const receipt = await report(a, [bad, inner])
    assert.equal(receipt.accepted, 1)
    assert.match(receipt.refused[0]!.reason, /would not leave the site/)
    for (const node of [a, cloud, b]) await blocks(node, bad.subject)

    const resolver = new Resolver()
    resolver.setServers([`${a.dnsHost}:${a.dnsPort}`])
    await assert.rejects(resolver.resolve4('met-by-dns.example.com.domain.rep.test'), { code: 'ENOTFOUND' })
    for (const edge of edges) await answersFor(edge, ['url:https://user:word@fresh.example.net/kit/index.php?id=3#top'])
    await until(async () => {
      const subjects = await unknownAt(cloud)
      return (
        subjects.some(({ subject }) => subject === 'domain:met-by-dns.example.com') &&
        subjects.some(({ subject, organisations }) => subject.startsWith('url:sha256:') && organisations === '3')
      )
    })

    // The site that was the last to meet it was asked for its text.
    const asked = await until(async () => {
      for (const edge of edges) if ((await feedbackOf(edge)).texts > 0) return edge
      return undefined
    })
    assert.match((await say(asked, 'feedback', 'pending')).out, new RegExp(`text wanted: ${PAGE}`))
    assert.match((await say(asked, 'feedback', 'submit', PAGE)).out, /1 of 1 waited for it/)
    await until(async () => (await unknownAt(cloud)).some(({ subject }) => subject === PAGE))
    assert.match((await say(cloud, 'unknown')).out, new RegExp(`${PAGE} {2}met 3 times by 3 organisations`))
    assert.match((await say(asked, 'feedback', 'show')).out, /POST \/v1\/submissions, 1 item, made .*, sent /)

    await report(b, [{ subject: PAGE, kind: 'listed-phishing', confidence: 1 }])
    for (const node of [cloud, ...edges]) await blocks(node, PAGE)
    assert.ok((await unknownAt(cloud)).every(({ subject }) => subject !== PAGE))
  })

  it('reports wait while nobody is upstream, outlive a kill, and are held and thrown away', {
    timeout: 60_000,
  }, async () => {
    using folder = temporaryFolder()
    const cloudData = join(folder.path, 'cloud')
    const cloud = await startNode(cloudData, CLOUD)
    const { out } = await say(cloud, 'keys', 'enrol', 'a', '--trust', '0.8')
    const data = join(folder.path, 'a')
    const flags = ['--upstream', cloud.http, '--enrol', /tocsin-enrol_\S+/.exec(out)![0]]
    const edge = await startNode(data, flags, 'edge')
    const port = new URL(cloud.http).port

    await cloud.end('SIGKILL')
    const bad = [1, 2, 3].map(at => ({ subject: `ip:198.18.8.${at}`, kind: 'listed-botnet', confidence: 1 }))
    for (const each of bad) assert.equal((await report(edge, [each])).accepted, 1)
    await until(async () => (await feedbackOf(edge)).trouble !== undefined)
    const status = (await say(edge, 'feedback')).out
    assert.match(status, /waiting +\d+ items? in \d batch/)
    assert.match(status, /trouble +Cannot/)
    assert.match((await say(edge, 'feedback', 'pending')).out, /#1 {2}POST \/v1\/evidence, [123] items?, made/)
    await edge.end('SIGKILL')

    await using again = await startNode(data, flags, 'edge')
    await blocks(again, bad[2]!.subject)
    await using back = await startNode(cloudData, [...CLOUD, '--http', `127.0.0.1:${port}`])
    for (const { subject } of bad) await blocks(back, subject)

    assert.match((await say(again, 'feedback', 'hold')).out, /mode +hold/)
    await report(again, [{ ...bad[0]!, subject: 'ip:198.18.8.4' }])
    const { batches } = await ask<WireFeedbackBatches>(again, '/v1/feedback/pending')
    assert.ok(batches.some(({ body }) => body.includes('ip:198.18.8.4')))
    assert.match((await say(again, 'feedback', 'off')).out, /mode +off/)
    assert.match((await say(again, 'feedback', 'discard', '--yes')).out, /\d+ items? discarded/)
    assert.match((await say(again, 'feedback', 'on')).out, /mode +on/)
    assert.equal((await feedbackOf(again)).waiting.items, 0)
    assert.equal((await answersFor(back, ['ip:198.18.8.4']))[0]!.action, 'allow')
  })
})
