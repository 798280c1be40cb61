import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { unwrap } from '@tocsin/core/base'
import { parseSubject, type Subject, subjectKey } from '@tocsin/core/subject'
import { answerFor, type EntryReader, PolicyList } from '@tocsin/core/verdict'
import type { Timers } from '../sources/feeds/timers.ts'
import { BLOCK_NEWS, BlockNews } from './dns-block-news.ts'
import { policyOf } from './policy.ts'
import { type BlocksChange, SITE_BLOCKS_MAX, SiteBlocks } from './site-blocks.ts'
import { packagedSuffixes } from './suffixes.ts'

const subjectOf = (text: string): Subject => unwrap(parseSubject(text))
const EMPTY: EntryReader = { get: () => undefined, matchIp: () => [] }
const PAGE_HASH = 'url:sha256:95b76b4c7e4a7c5fd1e7c9f7e2f3d5c1f4a9a9a5b7c0f3f6c2b1d0e9f8a7b6c5'

function rulingOf(blocks: SiteBlocks, text: string): string | undefined {
  return blocks.rule(subjectOf(text), packagedSuffixes)?.entry
}

describe('SiteBlocks', () => {
  it('rules over what it holds and what lies below it, as a policy list of the same entries', () => {
    const entries = ['ip:192.0.2.1', 'net:198.51.100.0/24', 'domain:bad.example.com', 'url:example.org/a/']
    const blocks = new SiteBlocks()
    blocks.replace([...entries, `file:${'ab'.repeat(32)}`, 'ip:2001:db8::1', 'net:2001:db8:1::/48'])
    const list = new PolicyList(
      'site',
      [],
      [...entries, `file:${'ab'.repeat(32)}`, 'ip:2001:db8::1', 'net:2001:db8:1::/48'].map(subjectOf),
    )
    const asked = ['ip:192.0.2.1', 'ip:192.0.2.2', 'ip:198.51.100.9', 'net:198.51.100.0/25', 'net:198.51.0.0/16']
    const names = ['domain:bad.example.com', 'domain:www.bad.example.com', 'domain:example.com', 'url:example.org/a/b']
    const others = ['url:example.org/b', 'url:192.0.2.1/x', 'ip:2001:db8::1', 'ip:2001:db8:1::7', 'ip:2001:db8:2::7']
    for (const text of [...asked, ...names, ...others, `file:${'ab'.repeat(32)}`, `file:${'cd'.repeat(32)}`]) {
      const expected = list.rule(subjectOf(text), packagedSuffixes)
      const found = blocks.rule(subjectOf(text), packagedSuffixes)
      assert.equal(found?.ruling, expected?.ruling, text)
      if (expected !== undefined) assert.equal(found?.entry, `${expected.entry}, reported by this site`)
    }
  })

  it('forgets what is taken out, and what is not wanted any more', () => {
    const blocks = new SiteBlocks()
    blocks.change({ added: ['domain:bad.example', 'net:192.0.2.0/24', 'ip:192.0.2.1'], removed: [] })
    blocks.change({ added: ['domain:bad.example'], removed: ['net:192.0.2.0/24', 'domain:other.example'] })
    assert.equal(rulingOf(blocks, 'ip:192.0.2.9'), undefined)
    assert.ok(rulingOf(blocks, 'ip:192.0.2.1') && rulingOf(blocks, 'domain:www.bad.example'))
    blocks.replace(['ip:192.0.2.1'])
    assert.deepEqual([blocks.size, rulingOf(blocks, 'domain:bad.example')], [1, undefined])
  })

  it('knows a page by its text and by its hash, whichever of both it holds', () => {
    const page = subjectOf('url:example.org/a')
    const digest = Buffer.from(subjectKey(page)).toString('hex')
    for (const held of [`url:sha256:${digest}`, 'url:example.org/a']) {
      const blocks = new SiteBlocks()
      blocks.replace([held])
      assert.ok(rulingOf(blocks, 'url:example.org/a?q=1'), held)
      assert.ok(rulingOf(blocks, `url:sha256:${digest}`), held)
      assert.equal(rulingOf(blocks, PAGE_HASH), undefined)
      blocks.change({ added: [], removed: [held] })
      assert.equal(rulingOf(blocks, 'url:example.org/a'), undefined)
    }
  })

  it('gives way to what the site has approved, and not to what the operator has', () => {
    const blocks = new SiteBlocks()
    blocks.replace(['domain:mine.example', 'domain:theirs.example'])
    const site = { approved: ['domain:mine.example'], blocked: [] }
    const operator = { approved: ['domain:theirs.example'], blocked: [] }
    const policy = policyOf(
      { policy: { level: 'medium', untested: 'allow', mail: { aggressiveness: undefined }, site, operator } },
      blocks,
    )
    const freshness = { state: 'fresh', ageSeconds: 0 } as const
    const context = { suffixes: packagedSuffixes, policy, freshness, now: 0 }
    assert.equal(answerFor(subjectOf('domain:mine.example'), EMPTY, context).action, 'allow')
    const { action, reason } = answerFor(subjectOf('domain:www.theirs.example'), EMPTY, context)
    const expected = "blocked by the site's list (domain:theirs.example, reported by this site)"
    assert.deepEqual([action, reason], ['block', expected])
  })

  it('refuses what is no subject, and more than it has room for, and changes nothing then', () => {
    const blocks = new SiteBlocks()
    blocks.replace(['ip:192.0.2.1'])
    assert.throws(() => blocks.change({ added: ['ip:192.0.2.2', 'nonsense'], removed: ['ip:192.0.2.1'] }), /"nonsense"/)
    assert.throws(() => blocks.replace(addresses(SITE_BLOCKS_MAX + 1)), /at most 100000 subjects, found 100001/)
    assert.ok(rulingOf(blocks, 'ip:192.0.2.1'))
    assert.equal(blocks.size, 1)
  })
})

/** Time that passes when the test says so. */
class ManualTimers implements Timers {
  readonly waiting = new Map<() => void, number>()

  after(milliseconds: number, run: () => void): Disposable {
    this.waiting.set(run, milliseconds)
    return { [Symbol.dispose]: () => void this.waiting.delete(run) }
  }

  fire(): void {
    const all = [...this.waiting.keys()]
    this.waiting.clear()
    for (const run of all) run()
  }
}

describe('BlockNews', () => {
  function start() {
    const timers = new ManualTimers()
    const told: BlocksChange[] = []
    return { timers, told, news: new BlockNews(timers, change => told.push(change)) }
  }

  it('tells what changed and no more, the first at once, a burst in one message', () => {
    const { timers, told, news } = start()
    news.accept(['ip:192.0.2.1', 'url:example.org/a', 'domain:BAD.example'])
    news.change({ added: ['ip:192.0.2.2', 'ip:192.0.2.3'], removed: ['ip:192.0.2.1'] })
    news.change({ added: ['ip:192.0.2.4'], removed: ['ip:192.0.2.3'] })
    assert.deepEqual([...timers.waiting.values()], [BLOCK_NEWS.everyMs])
    timers.fire()
    assert.deepEqual(told, [
      { added: ['ip:192.0.2.1', 'domain:bad.example'], removed: [] },
      { added: ['ip:192.0.2.2', 'ip:192.0.2.4'], removed: ['ip:192.0.2.1'] },
    ])
    timers.fire()
    assert.deepEqual([told.length, timers.waiting.size], [2, 0])
    assert.deepEqual(news.known(), ['domain:bad.example', 'ip:192.0.2.2', 'ip:192.0.2.4'])
    news.accept(news.known())
    assert.equal(told.length, 2)
  })

  it('tells a long list by and by, what goes before what comes, so that nobody ever holds too many', () => {
    const { timers, told, news } = start()
    news.accept(addresses(SITE_BLOCKS_MAX))
    while (timers.waiting.size > 0) timers.fire()
    assert.equal(told.length, SITE_BLOCKS_MAX / BLOCK_NEWS.subjectsMax)
    assert.throws(() => news.change({ added: ['domain:one.more.example'], removed: [] }), /found 100001/)
    news.change({ added: ['domain:one.more.example'], removed: ['ip:10.0.0.0'] })
    news.accept(addresses(SITE_BLOCKS_MAX, 'domain'))
    let held = SITE_BLOCKS_MAX
    while (timers.waiting.size > 0) timers.fire()
    for (const { added, removed } of told.slice(SITE_BLOCKS_MAX / BLOCK_NEWS.subjectsMax)) {
      held += added.length - removed.length
      assert.ok(held <= SITE_BLOCKS_MAX && added.length + removed.length <= BLOCK_NEWS.subjectsMax)
    }
    assert.deepEqual(new Set(news.known()), new Set(addresses(SITE_BLOCKS_MAX, 'domain')))
  })
})

/** So many subjects. */
function addresses(count: number, type: 'ip' | 'domain' = 'ip'): string[] {
  return Array.from({ length: count }, (_, n) =>
    type === 'ip' ? `ip:10.${n >> 16}.${(n >> 8) & 255}.${n & 255}` : `domain:h${n}.example`,
  )
}
