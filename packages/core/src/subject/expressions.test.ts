import assert from 'node:assert/strict'
import { test } from 'node:test'
import { unwrap } from '../base/index.ts'
import type { PublicSuffixes } from './index.ts'
import { expressionsOf, parseSubject, subjectText } from './index.ts'

/** The rule `*` and a few suffixes of two labels, as the Public Suffix List has them. */
const suffixes: PublicSuffixes = {
  registrableDomain(host) {
    const labels = host.split('.')
    const size = /(^|\.)(co\.uk|github\.io)$/.test(host) ? 3 : 2
    return labels.length < size ? undefined : labels.slice(-size).join('.')
  },
}

const asked = (text: string) => expressionsOf(unwrap(parseSubject(text)), suffixes).map(subjectText)

test('expressionsOf() asks all paths of a host before the next host, most specific first', () => {
  assert.deepEqual(asked('url:http://a.b.c/1/2.html?param=1/2'), [
    'url:a.b.c/1/2.html?param=1/2',
    'url:a.b.c/1/2.html',
    'url:a.b.c/1/',
    'domain:a.b.c',
    'url:b.c/1/2.html?param=1/2',
    'url:b.c/1/2.html',
    'url:b.c/1/',
    'domain:b.c',
  ])
})

test('expressionsOf() takes the root and three leading directories at most', () => {
  assert.deepEqual(asked('url:b.c/1/2/3/4/5.html'), [
    'url:b.c/1/2/3/4/5.html',
    'url:b.c/1/2/3/',
    'url:b.c/1/2/',
    'url:b.c/1/',
    'domain:b.c',
  ])
  assert.deepEqual(asked('url:b.c/1/2/3/'), ['url:b.c/1/2/3/', 'url:b.c/1/2/', 'url:b.c/1/', 'domain:b.c'])
  assert.deepEqual(asked('url:b.c/1/2/3/4/'), [
    'url:b.c/1/2/3/4/',
    'url:b.c/1/2/3/',
    'url:b.c/1/2/',
    'url:b.c/1/',
    'domain:b.c',
  ])
  assert.deepEqual(asked('url:b.c?q'), ['url:b.c/?q', 'domain:b.c'])
  assert.deepEqual(asked('url:b.c/1?'), ['url:b.c/1?', 'url:b.c/1', 'domain:b.c'])
})

test('expressionsOf() takes the exact host and up to four built up from the registrable domain', () => {
  const hosts = ['a.b.c.d.e.f.g', 'c.d.e.f.g', 'd.e.f.g', 'e.f.g', 'f.g']
  assert.deepEqual(
    asked('domain:a.b.c.d.e.f.g'),
    hosts.map(host => `domain:${host}`),
  )
  assert.deepEqual(
    asked('domain:b.d.e.f.g'),
    ['b.d.e.f.g', 'd.e.f.g', 'e.f.g', 'f.g'].map(host => `domain:${host}`),
  )
  assert.deepEqual(asked('domain:www.shop.co.uk'), ['domain:www.shop.co.uk', 'domain:shop.co.uk'])
  assert.deepEqual(asked('domain:shop.co.uk'), ['domain:shop.co.uk'])
})

test('expressionsOf() never asks about a public suffix that was not named', () => {
  assert.deepEqual(asked('url:evil.github.io/x'), ['url:evil.github.io/x', 'domain:evil.github.io'])
  assert.deepEqual(asked('domain:github.io'), ['domain:github.io'])
  assert.deepEqual(asked('domain:localhost'), ['domain:localhost'])
})

test('expressionsOf() asks about the address of a page on a bare address at last', () => {
  assert.deepEqual(asked('url:http://0x7f.1/a/b'), [
    'url:127.0.0.1/a/b',
    'url:127.0.0.1/a/',
    'domain:127.0.0.1',
    'ip:127.0.0.1',
  ])
  assert.deepEqual(asked('url:http://[2001:DB8::1]/'), ['domain:[2001:db8::1]', 'ip:2001:db8::1'])
})

test('expressionsOf() asks about ip, net and file as they are', () => {
  for (const text of ['ip:192.0.2.1', 'net:192.0.2.0/24', `file:${'0'.repeat(64)}`])
    assert.deepEqual(asked(text), [text])
})

test('expressionsOf() leaves out ends of odd hosts that are no hosts of their own', () => {
  assert.deepEqual(asked('domain:1.2.3.4.5'), ['domain:1.2.3.4.5'])
  assert.deepEqual(asked('domain:%FF.%C3%BC.com'), ['domain:%FF.%C3%BC.com'])
})
