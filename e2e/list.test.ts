/** A list goes in, is asked for over DNS with dig, and goes in again without a tenth of it. */
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { promisify } from 'node:util'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { peer } from '../testing/peers.ts'
import { type NodeProcess, startNode, temporaryFolder, tocsin } from '../testing/process.ts'
import { addresses } from './addresses.ts'
import { settledHead } from './asking.ts'

const LIST = addresses(5000)

async function dig(node: NodeProcess, file: string, addressesAsked: readonly string[]): Promise<string[]> {
  const names = addressesAsked.map(address => `${address.split('.').toReversed().join('.')}.ip.rep.test A`)
  writeFileSync(file, names.join('\n'))
  const server = [`@${node.dnsHost}`, '-p', String(node.dnsPort)]
  const { stdout } = await promisify(execFile)('dig', [...server, '+noall', '+answer', '-f', file], { maxBuffer: 1e8 })
  // How mail servers should refuse an address stands beside each, and is not what is asked here.
  return stdout.split('\n').filter(line => line !== '' && !/127\.0\.0\.2[01]$/.test(line))
}

describe('a list of addresses', () => {
  it('is answered by dig, and what a new import drops is gone', peer('dig'), async () => {
    using folder = temporaryFolder()
    await using node = await startNode(join(folder.path, 'data'), ['--starter', 'off'])
    const reach = ['--server', node.http, '--key', node.adminKey, '--source', 'trial']
    const questions = join(folder.path, 'questions')

    const first = join(folder.path, 'list.txt.gz')
    writeFileSync(first, gzipSync(`# five thousand\n${LIST.join('\n')}\n`))
    const imported = await tocsin(['import', first, ...reach])
    assert.equal(imported.code, 0, imported.err)
    await settledHead(node)
    const listed = await dig(node, questions, LIST)
    assert.equal(listed.length, LIST.length)
    assert.ok(listed.every(line => line.endsWith('127.0.0.2')))

    const kept = LIST.filter((_, n) => n % 10 !== 0)
    const second = join(folder.path, 'list.txt.zst')
    writeFileSync(second, zstdCompressSync(kept.join('\n')))
    const again = await tocsin(['import', second, ...reach, '--json'])
    assert.equal(again.code, 0, again.err)
    await settledHead(node)
    assert.equal((await dig(node, questions, kept)).length, kept.length)
    assert.deepEqual(
      await dig(
        node,
        questions,
        LIST.filter((_, n) => n % 10 === 0),
      ),
      [],
    )
  })
})
