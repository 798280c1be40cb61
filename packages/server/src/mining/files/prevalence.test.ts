import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { FilePrevalence, SITES_MAX } from './prevalence.ts'

describe('FilePrevalence', () => {
  it('counts different sites, and knows since when, in whatever order it is told', () => {
    const files = new FilePrevalence()
    files.seen('a', 'one', 300)
    files.seen('a', 'two', 100)
    files.seen('a', 'one', 200)
    assert.deepEqual(files.of('a'), { sites: 2, firstSeenAt: 100, lastSeenAt: 300 })
    assert.equal(files.of('b'), undefined)
  })

  it('tells no more sites apart than its limit', () => {
    const files = new FilePrevalence()
    for (let site = 0; site < 1000; site++) files.seen('a', `site ${site}`, site)
    assert.equal(files.of('a')?.sites, SITES_MAX)
  })

  it('keeps what two sites saw while one site makes files up', () => {
    const files = new FilePrevalence({ lone: 10, shared: 10 })
    files.seen('real', 'one', 1)
    files.seen('real', 'two', 2)
    for (let n = 0; n < 1000; n++) files.seen(`made up ${n}`, 'liar', 3)
    assert.equal(files.of('real')?.sites, 2)
    assert.equal(files.size, 11)
    assert.equal(files.of('made up 0'), undefined)
  })
})
