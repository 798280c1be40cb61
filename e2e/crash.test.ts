/**
 * Kills without warning, in the middle of an import and of a stream of reports. TOCSIN_TEST_KILLS says how many times:
 * a few by default, fifty where the build is checked.
 */
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { describe, it } from 'node:test'
import { startNode, temporaryFolder } from '../testing/process.ts'
import { addresses } from './addresses.ts'
import { answersFor, ask, report, settledHead } from './asking.ts'

const KILLS = Number(process.env['TOCSIN_TEST_KILLS'] ?? 4)
const LIST = addresses(20_000)
const importInto = (node: Parameters<typeof ask>[0]) =>
  ask(node, '/v1/sources/list/list', {
    method: 'PUT',
    body: LIST.join('\n'),
    headers: { 'content-type': 'text/plain' },
  })

const fileOf = (n: number) => `file:${createHash('sha256').update(`report ${n}`).digest('hex')}`

describe('a node that is killed', () => {
  it(`has, after ${KILLS} kills, all that it acknowledged, and the book of a node that never was`, async () => {
    using whole = temporaryFolder()
    using killed = temporaryFolder()
    const acknowledged: string[] = []
    let reported = 0

    for (let kill = 0; kill < KILLS; kill++) {
      const node = await startNode(killed.path, ['--starter', 'off'])
      const importing = importInto(node).then(
        () => 'done',
        () => 'broken',
      )
      // From one report on to some thirty: now before the first batch of the list is written, now after the last.
      const enough = 1 + ((kill * 17) % 31)
      for (let sent = 0; ; sent++) {
        if (sent === enough) void node.end('SIGKILL')
        const subject = fileOf(reported++)
        const receipt = await report(node, [{ subject, kind: 'listed-malware', id: subject }]).catch(() => undefined)
        if (receipt === undefined) break
        assert.equal(receipt.accepted, 1)
        acknowledged.push(subject)
      }
      await importing
      assert.equal(await node.end('SIGKILL'), 'SIGKILL')
    }

    await using after = await startNode(killed.path, ['--starter', 'off'])
    await settledHead(after)
    const answers = await answersFor(after, acknowledged)
    assert.equal(answers.length, acknowledged.length)
    assert.deepEqual(
      answers.filter(answer => answer.action !== 'block').map(answer => answer.subject),
      [],
    )
    await importInto(after)
    const head = await settledHead(after)

    await using control = await startNode(whole.path, ['--starter', 'off'])
    await importInto(control)
    const expected = await settledHead(control)
    assert.equal(head.entries.ip, LIST.length)
    assert.equal(head.stateHash.ip, expected.stateHash.ip)
  })
})
