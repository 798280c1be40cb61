/** Oblivious HTTP: what anybody may send to a gateway and a relay, and what a gateway may send to a client. */
import { isDeepStrictEqual } from 'node:util'
import {
  decapsulateRequest,
  decodeKeyConfigs,
  decodeRequest,
  decodeResponse,
  encodeKeyConfigs,
  encodeRequest,
  encodeResponse,
} from '../../packages/client/src/ohttp/index.ts'
import { innerRequest } from '../../packages/server/src/doors/ohttp/inner-request.ts'
import { must, type Target } from './target.ts'

/** The examples of RFC 9292 and RFC 9458, shortened, and a list of two keys. */
const MESSAGES = [
  '0003474554056874747073000a2f68656c6c6f2e747874200a757365722d6167656e74066375726c2f3704686f7374056c6f63616c0000',
  '0203474554056874747073000a2f68656c6c6f2e74787404686f7374056c6f63616c00026162016300000000',
  '0340660772756e6e696e670a22736c65657020313522004067046c696e6b023c2f0040c804646174650134000548656c6c6f0000',
  '0140c8001d5468697320636f6e74656e7420636f6e7461696e732043524c462e0d0a0d07747261696c65720474657874',
  '000347455405687474707300132f76352f2e2e2f76312f6b6579733f613d622563',
  '010020000100014b28f881333e7c164ffc499ad9796f877f4e1051ee6d31bad19dec96c208b4726374e469135906992e1268c594d2a10c695d858c',
].map(hex => Buffer.from(hex, 'hex'))

const KEYS = Buffer.from(encodeKeyConfigs([1, 2].map(id => ({ id, publicKey: new Uint8Array(32).fill(id) }))))

/** Where a gateway may lead. */
const LOOKUP = /^\/(?:v1\/reputation(?:[/?]|$)|v5\/[^/?]+(?:\/[^/?]+)?(?:\?|$))/

/** What is read is written and read again as the same; what is let in leads to lookups and stays there; nothing is opened. */
export const OBLIVIOUS: Target = {
  name: 'oblivious-http',
  seeds: [...MESSAGES, KEYS],
  async check(input) {
    const bytes = new Uint8Array(input)
    const request = decodeRequest(bytes)
    if (request.ok) {
      const again = decodeRequest(encodeRequest(request.value))
      must(again.ok && isDeepStrictEqual(again.value, request.value), () => 'another request after writing it')
      const inner = innerRequest(request.value)
      if (inner.ok) {
        const { url } = inner.value
        must(LOOKUP.test(url), () => `a way to ${url}`)
        const read = new URL(url, 'http://node')
        must(read.host === 'node' && read.pathname + read.search === url, () => `${url} leads to ${read.href}`)
      }
    }
    const response = decodeResponse(bytes)
    if (response.ok) {
      const again = decodeResponse(encodeResponse(response.value))
      must(again.ok && isDeepStrictEqual(again.value, response.value), () => 'another response after writing it')
    }
    const keys = decodeKeyConfigs(bytes)
    if (keys.ok) {
      const again = decodeKeyConfigs(encodeKeyConfigs(keys.value))
      must(again.ok && isDeepStrictEqual(again.value, keys.value), () => 'other keys after writing them')
    }
    for (const read of [request, response, keys]) {
      if (!read.ok) must(read.problem.message.length <= 200, () => `a problem of ${read.problem.message.length}`)
    }
    must((await decapsulateRequest(() => undefined, bytes)) === undefined, () => 'opened without a key')
  },
}
