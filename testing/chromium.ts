/** A page in a real Chromium, in real time, by the browser's own protocol (CDP); no package is needed for it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { findPeer } from './peers.ts'

/** A browser that runs. */
export interface Browser extends AsyncDisposable {
  /** Opens a page and resolves with what an expression gives there, once that is neither empty nor undefined. */
  shows(address: string, expression: string): Promise<string>
}

/** Starts Chromium without a window; its profile goes into a folder of the caller's. */
export async function startChromium(profile: string): Promise<Browser> {
  const quiet = ['--headless=new', '--no-sandbox', '--disable-gpu', '--no-first-run', `--user-data-dir=${profile}`]
  const child = spawn(findPeer('chromium')!, [...quiet, '--remote-debugging-port=0', 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  const exited = once(child, 'exit')
  const socket = new WebSocket(await addressIn(child.stderr))
  await once(socket, 'open')
  const answers = new Map<number, (result: Readonly<Record<string, unknown>>) => void>()
  socket.addEventListener('message', ({ data }) => {
    const { id, result, error } = JSON.parse(String(data)) as Word
    if (id !== undefined) answers.get(id)?.(result ?? { error })
  })
  let last = 0
  const ask = (method: string, params: object, sessionId?: string) => {
    const id = ++last
    const answered = new Promise<Readonly<Record<string, unknown>>>(resolve => answers.set(id, resolve))
    socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
    return answered.finally(() => answers.delete(id))
  }
  return {
    async shows(address, expression) {
      const { targetId } = await ask('Target.createTarget', { url: address })
      const { sessionId } = await ask('Target.attachToTarget', { targetId, flatten: true })
      for (;;) {
        const { result } = await ask('Runtime.evaluate', { expression }, sessionId as string)
        const { value } = (result ?? {}) as { readonly value?: unknown }
        if (typeof value === 'string' && value !== '') return value
      }
    },
    async [Symbol.asyncDispose]() {
      socket.close()
      child.kill('SIGTERM')
      await exited
    },
  }
}

interface Word {
  readonly id?: number
  readonly result?: Readonly<Record<string, unknown>>
  readonly error?: unknown
}

/** Where it listens for us, as it says on standard error; the rest of what it says there is read and thrown away. */
async function addressIn(errors: NodeJS.ReadableStream): Promise<string> {
  const lines = createInterface({ input: errors })
  return await new Promise((resolve, reject) => {
    lines.on('line', line => {
      const address = /^DevTools listening on (ws:\S+)/.exec(line)?.[1]
      if (address !== undefined) resolve(address)
    })
    lines.on('close', () => reject(new Error('Chromium ended before it listened')))
  })
}
