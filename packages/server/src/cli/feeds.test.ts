import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { startNode, temporaryFolder, tocsin } from '../../../../testing/process.ts'

test('a feed from a file: added, run, looked at, compared, switched off and removed as a user would', async () => {
  using data = temporaryFolder()
  using lists = temporaryFolder()
  await using node = await startNode(data.path, ['--starter', 'false', '--feeds-scheduled', 'false'])
  const env = { TOCSIN_SERVER: node.http, TOCSIN_DATA: data.path }
  const feeds = (...args: readonly string[]) => tocsin(['feeds', ...args], env)
  const list = join(lists.path, 'list.txt')
  writeFileSync(list, '# ours\n198.51.100.7\nbad.example\nnot a subject\n198.51.100.8\n198.51.100.9\n')

  assert.match((await feeds('list')).out, /No feeds yet/)
  assert.match((await feeds('catalogue')).out, /spamhaus-drop .*\n/)
  assert.match((await feeds('add', 'ours', list, '--kind', 'listed-attack')).out, /ours: added/)
  assert.equal((await feeds('add', 'ours', list)).code, 2)
  const run = await feeds('run', 'ours')
  assert.equal(run.code, 0, run.err)
  assert.match(run.out, /followed +4 +4 +0 +0 +1 /)
  const status = JSON.parse((await feeds('status', 'ours', '--json')).out) as Record<string, unknown>
  assert.deepEqual(
    [status['state'], status['entries'], (status['refusals'] as { place: number }[]).map(refusal => refusal.place)],
    ['good', 4, [4]],
  )
  const { evidence, uniqueShare } = status['statistics'] as Record<string, number>
  assert.deepEqual([evidence, uniqueShare], [4, 1])
  assert.match((await feeds('status', 'ours')).out, /refused line 4: /)
  assert.equal((await tocsin(['check', '198.51.100.7'], env)).code, 1)

  writeFileSync(list, '198.51.100.7\n198.51.100.8\n198.51.100.9\n198.51.100.10\n')
  const diff = await feeds('diff', 'ours')
  assert.match(
    diff.out,
    /followed: 4 entries, 1 new, 0 changed, 1 gone\n\+ ip:198\.51\.100\.10\n- domain:bad\.example\n/,
  )
  assert.equal((await tocsin(['check', 'bad.example'], env)).code, 1, 'a look changes nothing')
  assert.equal((await feeds('run', 'ours')).code, 0)
  assert.equal((await tocsin(['check', 'bad.example'], env)).code, 3)

  writeFileSync(list, '198.51.100.7\n')
  const held = await feeds('run', 'ours')
  assert.equal(held.code, 2)
  assert.match(held.out, /must not lose more than 50 % at once/)
  assert.match((await feeds('list')).out, /ours +held +4 /)
  assert.match((await feeds('agree', 'ours')).out, /of about 1 entries/)
  assert.equal((await feeds('run', 'ours')).code, 0)

  assert.match((await feeds('disable', 'ours')).out, /ours: disabled/)
  assert.match((await feeds('enable', 'openphish')).err, /Non-commercial use only/)
  assert.equal((await feeds('remove', 'ours')).code, 2)
  assert.match((await feeds('remove', 'ours', '--yes')).out, /ours: removed, 1 records taken back/)
  assert.equal((await tocsin(['check', '198.51.100.7'], env)).code, 3)
  assert.match(readFileSync(join(data.path, 'feeds.yaml'), 'utf8'), /feeds: \{\}/)
})

test('feeds are an administrator’s', async () => {
  using data = temporaryFolder()
  await using node = await startNode(data.path, ['--starter', 'false'])
  for (const [method, path] of [
    ['GET', ''],
    ['POST', ''],
    ['GET', '/catalogue'],
    ['DELETE', '/a'],
    ['POST', '/a/run'],
    ['POST', '/a/diff'],
    ['POST', '/a/agree'],
    ['PUT', '/a/enabled'],
  ] as const) {
    assert.equal((await fetch(`${node.http}/v1/feeds${path}`, { method })).status, 401, `${method} ${path}`)
  }
  const headers = { authorization: `Bearer ${node.adminKey}`, 'content-type': 'application/json' }
  const add = async (body: object) => {
    const response = await fetch(`${node.http}/v1/feeds`, { method: 'POST', headers, body: JSON.stringify(body) })
    return { status: response.status, detail: ((await response.json()) as { detail?: string }).detail ?? '' }
  }
  const wrong: readonly (readonly [object, RegExp])[] = [
    [{ name: '../../etc', address: 'https://a.example/' }, /field "name" must match pattern/],
    [{ name: 'a', address: 'ftp://a.example/x' }, /must be https:, http:, a path or packaged:, found "ftp:"/],
    [{ name: 'a', address: 'https://me:secret@a.example/x' }, /must not hold a user or a password/],
    [{ name: 'a', address: 'packaged:../../package.json' }, /as in "packaged:/],
    [{ name: 'a', address: 'https://a.example/x', kinds: { ip: 'nice' } }, /field "kinds\.ip" must be one of/],
    [{ name: 'a', address: 'https://a.example/x', format: 'nice' }, /its format must be one of auto, /],
    [{ name: 'a', address: 'https://a.example/x', headers: { 'X-A': 'a\r\nb' } }, /must match pattern/],
    [{ name: 'a', address: 'https://a.example/x', colour: 'red' }, /field "colour" is not known/],
  ]
  for (const [body, message] of wrong) {
    const { status, detail } = await add(body)
    assert.equal(status, 400, detail)
    assert.match(detail, message)
  }
  const description = (await (await fetch(`${node.http}/openapi.json`)).json()) as { paths: Record<string, unknown> }
  assert.ok('/v1/feeds/{name}/agree' in description.paths)
})
