import { Resolver } from 'node:dns/promises'
import type { Endpoint } from '../config/index.ts'

/** Whether a DNS list works, or why not. */
export type TestPointAnswer = { readonly ok: true } | { readonly ok: false; readonly why: string }

/** Asks the two test points of RFC 5782 §5: 127.0.0.2 must be listed and 127.0.0.1 must not. */
export async function askTestPoint({ host, port }: Endpoint, base: string): Promise<TestPointAnswer> {
  const resolver = new Resolver({ timeout: 2000, tries: 2 })
  // A door on all addresses answers on loopback, too.
  const address = { '0.0.0.0': '127.0.0.1', '::': '::1', localhost: '127.0.0.1' }[host] ?? host
  const listed = `2.0.0.127.ip.${base}`
  const unlisted = `1.0.0.127.ip.${base}`
  try {
    resolver.setServers([address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`])
    const answers = await resolver.resolve4(listed)
    if (!answers.includes('127.0.0.2')) return no(`${listed} must be 127.0.0.2, found ${answers.join(', ')}`)
  } catch (error) {
    return no(`${listed} must be 127.0.0.2, found ${codeOf(error)}`)
  }
  try {
    return no(`${unlisted} must not be listed, found ${(await resolver.resolve4(unlisted)).join(', ')}`)
  } catch (error) {
    const code = codeOf(error)
    return code === 'ENOTFOUND' || code === 'ENODATA'
      ? { ok: true }
      : no(`${unlisted} must not be listed, found ${code}`)
  }
}

function no(why: string): TestPointAnswer {
  return { ok: false, why }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
