import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import {
  type FileGroup,
  FileIdentities,
  type HashName,
  type IdentityBasis,
  type IdentityClaim,
} from './file-identity.ts'

const MD5 = ['md5:a', 'md5:b', 'md5:c']
const SHA1 = ['sha1:a', 'sha1:b', 'sha1:c']
const SHA256 = ['a', 'b', 'c']
const NAMES: readonly HashName[] = [...MD5, ...SHA1, ...SHA256]

/** A claim by a source that is an organisation of its own. */
function says(by: string, a: HashName, b: HashName, basis: IdentityBasis = 'trusted'): IdentityClaim {
  return { names: [a, b], source: by, organisation: by, basis }
}

function identities(claims: readonly IdentityClaim[], neededOf?: (name: HashName) => number): FileIdentities {
  const all = new FileIdentities(neededOf)
  for (const claim of claims) all.claim(claim)
  return all
}

const groups = (all: FileIdentities): FileGroup[] => NAMES.map(name => all.groupOf(name))
const kind = (name: HashName) => (name.includes(':') ? name.slice(0, name.indexOf(':')) : 'sha256')

const someName = fc.constantFrom(...NAMES)
const someClaim = fc.record({
  names: fc.tuple(someName, someName),
  source: fc.constantFrom('s', 't', 'u', 'v', 'w'),
  organisation: fc.constant(''),
  basis: fc.constantFrom<IdentityBasis>('content', 'trusted', 'trusted', 'trusted', 'reported'),
})
// Sources s and t are of one organisation.
const someClaims = fc
  .array(someClaim, { maxLength: 14 })
  .map(claims => claims.map(claim => ({ ...claim, organisation: claim.source === 't' ? 's' : claim.source })))
const someNeed = fc.array(fc.constantFrom(1, 1, 1, 2, 3, 4), { minLength: 9, maxLength: 9 })
const neededBy = (needs: readonly number[]) => (name: HashName) => needs[NAMES.indexOf(name)]!

describe('FileIdentities', () => {
  it('joins hashes step by step, and gives the SHA-256 that all is scored under', () => {
    const all = identities([says('x', 'md5:a', 'sha1:a'), says('y', 'sha1:a', 'a')])
    for (const name of ['md5:a', 'sha1:a', 'a']) {
      assert.deepEqual(all.groupOf(name), { state: 'joined', names: ['a', 'md5:a', 'sha1:a'], sha256: 'a' })
    }
    assert.deepEqual(all.groupOf('md5:b'), { state: 'alone', names: ['md5:b'], sha256: undefined })
  })

  it('does not move a known-bad MD5 onto a popular file on the word of one organisation', () => {
    const popular = (name: HashName) => (name === 'a' ? 2 : 1)
    const lie = [says('liar', 'md5:b', 'a'), { ...says('liar', 'md5:b', 'a'), source: 'liar again' }]
    assert.equal(identities(lie, popular).groupOf('md5:b').state, 'alone')
    assert.equal(identities([...lie, says('x', 'md5:b', 'a')], popular).groupOf('md5:b').sha256, 'a')
  })

  it('does not do so by a detour over another hash of the popular file either', () => {
    const popular = (name: HashName) => (name === 'a' ? 2 : 1)
    const all = identities(
      [says('x', 'sha1:a', 'a'), says('y', 'sha1:a', 'a'), says('liar', 'md5:b', 'sha1:a')],
      popular,
    )
    assert.equal(all.groupOf('md5:b').sha256, undefined)
    assert.deepEqual(all.groupOf('a').names, ['a', 'sha1:a'])
  })

  it('lets the many outvote the one, and content everybody', () => {
    const contested = [says('x', 'md5:a', 'a'), says('liar', 'md5:a', 'b')]
    assert.deepEqual(identities(contested).groupOf('md5:a'), {
      state: 'contested',
      names: ['md5:a'],
      sha256: undefined,
    })
    assert.equal(identities([...contested, says('y', 'md5:a', 'a')]).groupOf('md5:a').sha256, 'a')
    const many = ['1', '2', '3', '4'].map(by => says(by, 'md5:a', 'b'))
    assert.equal(identities([says('us', 'md5:a', 'a', 'content'), ...many]).groupOf('md5:a').sha256, 'a')
  })

  it('joins neither of two contents that collide in one MD5', () => {
    const all = identities([says('us', 'md5:a', 'a', 'content'), says('us', 'md5:a', 'b', 'content')])
    for (const name of ['a', 'b', 'md5:a']) assert.deepEqual(all.groupOf(name).names, [name])
    assert.equal(all.groupOf('md5:a').state, 'contested')
  })

  it('visits a few names, however many are tied together', () => {
    const flood = Array.from({ length: 20_000 }, (_, n) => says('liar', 'md5:a', `sha1:${n}`))
    const all = identities(flood)
    for (let n = 0; n < 20_000; n++) assert.equal(all.groupOf(`sha1:${n}`).state, 'contested')
  })

  const check = (property: (claims: readonly IdentityClaim[], needs: readonly number[]) => void) =>
    fc.assert(fc.property(someClaims, someNeed, property), { seed: 20261122, numRuns: 2000 })

  it('puts each hash into one group, with at most one hash of each kind, that all its members agree on', () =>
    check((claims, needs) => {
      const all = identities(claims, neededBy(needs))
      for (const { names, sha256 } of groups(all)) {
        assert.equal(new Set(names.map(kind)).size, names.length)
        for (const name of names) assert.deepEqual(all.groupOf(name).names, names)
        assert.equal(
          sha256,
          names.find(name => kind(name) === 'sha256'),
        )
      }
    }))

  it('does not depend on the order of claims', () =>
    check((claims, needs) => {
      const last = new Map(claims.map(claim => [[claim.source, ...[...claim.names].sort()].join(), claim]))
      const backwards = identities([...last.values()].reverse(), neededBy(needs))
      assert.deepEqual(groups(backwards), groups(identities(claims, neededBy(needs))))
    }))

  it('forgets a claim that is taken back', () =>
    check((claims, needs) => {
      const all = identities(claims, neededBy(needs))
      for (const name of NAMES.slice(1)) {
        all.claim(says('liar', NAMES[0]!, name))
        all.claim(says('us', name, NAMES[0]!, 'content'))
      }
      for (const name of NAMES.slice(1)) {
        all.retract('liar', [name, NAMES[0]!])
        all.retract('us', [NAMES[0]!, name])
      }
      assert.deepEqual(groups(all), groups(identities(claims, neededBy(needs))))
    }))

  it('takes nobody without trust into account', () =>
    check((claims, needs) => {
      const trusted = claims.filter(({ basis }) => basis !== 'reported')
      const reported = NAMES.flatMap(a => NAMES.map(b => says('fresh', a, b, 'reported')))
      const with_ = identities([...trusted, ...reported], neededBy(needs))
      assert.deepEqual(groups(with_), groups(identities(trusted, neededBy(needs))))
    }))

  it('joins nothing to a protected hash on the word of one organisation', () =>
    check((claims, needs) => {
      const one = claims.filter(({ basis, organisation }) => basis === 'trusted' && organisation === 's')
      const all = identities(one, neededBy(needs))
      for (const [at, name] of NAMES.entries()) {
        if (needs[at]! > 1) assert.deepEqual(all.groupOf(name).names, [name])
      }
    }))

  it('lets no trusted claim break or widen what content joins, once the content of each member is known', () =>
    check((claims, needs) => {
      const content = [says('us', 'md5:a', 'a', 'content'), says('us', 'sha1:a', 'a', 'content')]
      const lies = claims.filter(({ basis }) => basis === 'trusted')
      const group = identities([...content, ...lies], neededBy(needs)).groupOf('a')
      assert.deepEqual(group.names, ['a', 'md5:a', 'sha1:a'])
    }))
})
