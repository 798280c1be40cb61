import assert from 'node:assert/strict'
import { test } from 'node:test'
import { together } from './together.ts'

const part = (name: string, ended: string[]) => ({
  name,
  async [Symbol.asyncDispose]() {
    ended.push(name)
  },
})

test('gives what was started in order, and ends it in the other', async () => {
  const ended: string[] = []
  {
    await using stack = new AsyncDisposableStack()
    const [a, b, none] = await together(
      stack,
      Promise.resolve(part('a', ended)),
      Promise.resolve(part('b', ended)),
      Promise.resolve(undefined),
    )
    assert.deepEqual([a.name, b.name, none], ['a', 'b', undefined])
  }
  assert.deepEqual(ended, ['b', 'a'])
})

test('ends what has started where something else could not', async () => {
  const ended: string[] = []
  async function start(): Promise<void> {
    await using stack = new AsyncDisposableStack()
    const late = new Promise<ReturnType<typeof part>>(resolve => setImmediate(() => resolve(part('late', ended))))
    await together(stack, Promise.reject<AsyncDisposable>(new Error('the port is taken')), late)
  }
  await assert.rejects(start, /the port is taken/)
  assert.deepEqual(ended, ['late'])
})
