import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brandPath, pathOfText } from './byte-path.ts'
import { exclusionOf, isWithinExcluded } from './glob.ts'

const excludes = (pattern: string, path: string) => exclusionOf([pattern])(pathOfText(path))

test('a pattern without a slash is held against names, one with a slash against paths', () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['*.iso', '/a/b.iso', true],
    ['*.iso', '/a.iso/b', false],
    ['node_modules', '/a/node_modules', true],
    ['node_modules/', '/a/node_modules', false],
    ['/a/node_modules/', '/a/node_modules', true],
    ['/srv/*/cache', '/srv/x/cache', true],
    ['/srv/*/cache', '/srv/x/y/cache', false],
    ['/srv/**/cache', '/srv/x/y/cache', true],
    ['/srv/**/cache', '/srv/cache', true],
    ['**/.git/objects', '/a/b/.git/objects', true],
    ['?', '/é', true],
    ['??', '/é', false],
    ['[a-c]x', '/bx', true],
    ['[!a-c]x', '/bx', false],
    ['a.b', '/axb', false],
    ['\\*', '/*', true],
    ['\\*', '/x', false],
    ['(a|b)+$', '/a', false],
    ['*', '/new\nline', true],
  ]
  for (const [pattern, path, expected] of cases) assert.equal(excludes(pattern, path), expected, `${pattern} ${path}`)
  assert.ok(exclusionOf(['x?y'])(brandPath('/x\xffy')))
})

test('a pattern that is none is refused', () => {
  for (const pattern of ['', '[a', '[z-a]', 'x'.repeat(2000)]) {
    assert.throws(() => exclusionOf([pattern]), /^ProblemError: Cannot exclude /, pattern)
  }
})

test('isWithinExcluded() looks at each folder from the root on, and at none above it', () => {
  const excluded = exclusionOf(['cache'])
  assert.ok(isWithinExcluded('/srv/cache/a/b', ['/srv'], excluded))
  assert.ok(!isWithinExcluded('/cache/a', ['/cache'], excluded))
  assert.ok(!isWithinExcluded('/srv/a', ['/srv'], excluded))
})
