/** What a program does with the light client; nothing here knows whether it runs in Node, Deno, Bun or a page. */
import { HashServer, LocalList, type LocalAnswer, LocalLookup } from '@tocsin/client/list'
import { getDomain } from 'tldts'

/** An answer, and what was held here when it was given. */
export interface Asked {
  readonly answer: LocalAnswer
  /** Threats on the list that was fetched; 0 if nobody gave one. */
  readonly threats: number
  /** Why there is no list; absent where there is one. */
  readonly problem?: string
}

/**
 * Fetches the list of all that a network blocks, and looks URLs up in it. A program that lives longer keeps both.
 *
 * @param servers bases of nodes, as `http://127.0.0.1:7080`, the preferred first; with a key where one is needed
 */
export async function lookUp(
  servers: readonly { readonly url: string; readonly key?: string }[],
  urls: readonly string[],
): Promise<readonly Asked[]> {
  const server = new HashServer({ servers })
  const list = new LocalList()
  const lookup = new LocalLookup({
    lists: [list],
    server,
    suffixes: { registrableDomain: host => getDomain(host, { allowPrivateDomains: true }) ?? undefined },
    clock: () => Date.now(),
  })
  const problem = await list.update(server, Date.now()).then(
    () => undefined,
    (error: Error) => error.message,
  )
  const asked: Asked[] = []
  for (const url of urls) {
    const answer = await lookup.check(url)
    asked.push({ answer, threats: list.list.size, ...(problem === undefined ? {} : { problem }) })
  }
  return asked
}
