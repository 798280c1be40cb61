import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { frameMessage, MessageFramer } from './index.ts'

const seed = 7766

test(`MessageFramer gives the messages back however the stream is cut (seed ${seed})`, () => {
  const messages = fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 6 })
  fc.assert(
    fc.property(messages, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(frameMessage))
      const framer = new MessageFramer(300)
      const received: Uint8Array[] = []
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const next = at + (cuts[turn % cuts.length] as number)
        framer.push(stream.subarray(at, next))
        at = next
        for (let message = framer.next(); typeof message !== 'string'; message = framer.next()) {
          received.push(Uint8Array.from(message))
        }
      }
      assert.deepEqual(
        received,
        sent.map(message => Uint8Array.from(message)),
      )
      assert.equal(framer.next(), 'incomplete')
    }),
    { seed, numRuns: 1000 },
  )
})

test('MessageFramer keeps untaken messages when more of the stream arrives', () => {
  const framer = new MessageFramer(10)
  framer.push(Uint8Array.of(0, 1, 7, 0, 1, 8, 0))
  framer.push(Uint8Array.of(1, 9))
  assert.deepEqual([framer.next(), framer.next(), framer.next()].map(String), ['7', '8', '9'])
})

test('MessageFramer finds a message too long by its announcement', () => {
  const framer = new MessageFramer(4096)
  framer.push(Uint8Array.of(0x10))
  assert.equal(framer.next(), 'incomplete')
  framer.push(Uint8Array.of(0x01))
  assert.equal(framer.next(), 'too-long')
})
