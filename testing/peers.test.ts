import { deepEqual, equal, ok } from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { openRepository } from '../tools/repository.ts'
import { DEBIAN_PACKAGES, findPeer, NPM_PACKAGES, needs, type Peer } from './peers.ts'

test('needs() tells how to get what is missing', () => {
  deepEqual(needs([]), { skip: false })
  deepEqual(needs(['dig', 'nsupdate', 'curl']), {
    skip: 'needs dig and nsupdate and curl: apt-get install bind9-dnsutils curl',
  })
  deepEqual(needs(['deno', 'chromium']), {
    skip: 'needs deno and chromium: apt-get install chromium && npm install --global deno',
  })
})

test('findPeer() answers nothing for a program that is not there', () => {
  const before = process.env['PATH']
  try {
    process.env['PATH'] = join(import.meta.dirname, 'no-such-folder')
    equal(findPeer('c-icap-client'), undefined)
  } finally {
    process.env['PATH'] = before
  }
})

test('.ci/run installs every peer that a test asks for', () => {
  const repository = openRepository()
  const script = readFileSync(join(repository.root, '.ci/run'), 'utf8')
  const listed = (name: string) => new RegExp(`^${name}=\\((.*)\\)$`, 'm').exec(script)?.[1]?.split(/\s+/)
  const installed = new Set(listed('packages'))
  const runtimes = new Set(listed('runtimes')?.map(each => each.replace(/@.*/, '')))
  const tests = repository.files.filter(path => path.endsWith('.test.ts') && path !== 'testing/peers.test.ts')
  const calls = tests.flatMap(path =>
    [...repository.read(path).matchAll(/\bpeer\(([^)]*)\)/g)].map(([, names = '']) => names),
  )
  const asked = calls.flatMap(names => [...names.matchAll(/'([^']+)'/g)].map(([, name = '']) => name))
  const missing = asked
    .filter((name): name is Peer => name in DEBIAN_PACKAGES || name in NPM_PACKAGES)
    .filter(name => !runtimes.has(name) && !installed.has(DEBIAN_PACKAGES[name as 'dig']))
  deepEqual(missing, [])
  ok(installed.size > 0)
})
