/** The first contact: where no key is pinned yet, the upstream's own word is taken, once, and told of. */
import type { TrustedKey } from '@tocsin/core/list'
import type { UpstreamServer } from './server.ts'
import type { TrustedKeys } from './trusted-keys.ts'

/**
 * Sees to it that there is a key to believe heads by. Whoever stands between edge and upstream at this one moment could
 * give another key; an enrolment brings the key with the token, and then nothing is asked here.
 *
 * @param pinned told of the key that was pinned
 */
export async function introduce(
  server: UpstreamServer,
  keys: TrustedKeys,
  pinned: (key: TrustedKey, url: string) => void,
  signal: AbortSignal,
): Promise<void> {
  if (keys.list().length > 0) return
  const { publicKey } = ((await server.key(signal)) ?? {}) as { readonly publicKey?: unknown }
  pinned(keys.pin(publicKey), server.url)
}
