/** One phishing mail at one site, told against a real node; the example that is shipped is the one that is tested. */
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { addReporter, ask as askExample, report, retract } from '../examples/phishing-mail/node.ts'
import { ATTACHMENT, CDN, HOST, LINK, PROVIDER, SENDER, tell } from '../examples/phishing-mail/story.ts'
import { startNode, temporaryFolder, tocsin } from '../testing/process.ts'
import { answersFor, settledHead } from './asking.ts'

const MEMBERS = [SENDER, LINK, HOST]

describe('one phishing mail', () => {
  it('is told by the example: before, after the report, after its retraction', async () => {
    using folder = temporaryFolder()
    await using node = await startNode(join(folder.path, 'data'), ['--starter', 'off'])
    const lines: string[] = []
    await tell({ server: node.http, key: node.adminKey }, line => void lines.push(line))
    const [before, after, retracted] = lines.join('\n').split('\n\n')
    const said = (part: string | undefined, subject: string) =>
      part!.split('\n').find(line => line.startsWith(`  ${subject}:`))
    for (const subject of [ATTACHMENT, ...MEMBERS]) {
      assert.match(said(before, subject)!, /untested, score 71, allow/)
      assert.match(said(retracted, subject)!, /untested, score 71, allow/)
    }
    assert.match(said(after, ATTACHMENT)!, /dangerous, .* block/)
    assert.match(said(after, LINK)!, /highly-suspicious, .* block: malware/)
    assert.match(said(after, SENDER)!, /highly-suspicious, .* block/)
    assert.match(said(after, HOST)!, /: suspicious, .* allow/)
    assert.match(said(after, PROVIDER)!, /: safe, .* allow/)
    assert.match(said(after, CDN)!, /suspicious, score (6[6-9]|7\d), allow/)
    assert.match(after!, /met with file:6a3c.*, malware, or spreads it \(organisations: 1\)/)
  })

  it('is explained in words by the command, is the same after a stop, and goes for good when taken back', async () => {
    using folder = temporaryFolder()
    const data = join(folder.path, 'data')
    const detected = { subject: ATTACHMENT, kind: 'malware-detected', confidence: 1, group: 'm', related: MEMBERS }
    const blocked = async (node: Parameters<typeof answersFor>[0]) =>
      (await answersFor(node, MEMBERS)).map(answer => answer.verdict)
    {
      await using node = await startNode(data, ['--starter', 'off'])
      const asked = { server: node.http, key: node.adminKey }
      await report(asked, [detected])
      await settledHead(node)
      const explained = await tocsin(['explain', LINK, '--server', node.http, '--key', node.adminKey])
      assert.match(explained.out, /met with file:6a3c[0-9a-f]+, malware, or spreads it \(1 organisation says so\)/)
      assert.match(explained.out, /if nothing speaks against file:6a3c[0-9a-f]+ any more/)
      assert.doesNotMatch(explained.out, /admin/)
    }
    await using node = await startNode(data, ['--starter', 'off'])
    assert.deepEqual(await blocked(node), ['highly-suspicious', 'highly-suspicious', 'highly-suspicious'])
    const asked = { server: node.http, key: node.adminKey }
    await retract(asked, [{ subject: ATTACHMENT, kind: 'malware-detected' }])
    const head = await settledHead(node)
    assert.deepEqual(await blocked(node), ['untested', 'untested', 'untested'])
    assert.deepEqual(head.entries, { ip: 0, net: 0, domain: 0, url: 0, file: 0 })
    const { contributions } = await askExample<{ readonly contributions: readonly object[] }>(
      asked,
      'GET',
      `/v1/explain?subject=${encodeURIComponent(LINK)}`,
    )
    assert.deepEqual(contributions, [{ term: 'prior', value: -895 }])
  })

  it('vanishes with the key that told of it, where its evidence is retracted', async () => {
    using folder = temporaryFolder()
    await using node = await startNode(join(folder.path, 'data'), ['--starter', 'off'])
    const admin = { server: node.http, key: node.adminKey }
    const { token } = await addReporter(admin, 'turncoat', 0.8)
    const detected = { subject: ATTACHMENT, kind: 'malware-detected', confidence: 1, group: 'm', related: MEMBERS }
    await report({ ...admin, key: token! }, [detected])
    await settledHead(node)
    const verdicts = async () => (await answersFor(node, [ATTACHMENT, LINK])).map(answer => answer.verdict)
    assert.deepEqual(await verdicts(), ['dangerous', 'highly-suspicious'])
    const revoked = await tocsin([
      'keys',
      'revoke',
      'turncoat',
      '--retract',
      '--server',
      node.http,
      '--key',
      node.adminKey,
    ])
    assert.match(revoked.out, /turncoat: revoked, 1 retracted/)
    await settledHead(node)
    assert.deepEqual(await verdicts(), ['untested', 'untested'])
  })
})
