import { fail, unwrap } from '@tocsin/core/base'
import type { Place, TcpListeners } from './tcp.ts'

/** Whatever listens for UDP. */
export interface UdpSide extends AsyncDisposable {
  /** Binds one more place. Rejects with the system's error (`code`) if it cannot. */
  listen(place: Place, ipv6Only: boolean): Promise<void>
}

/** How often a port that the system chose for TCP may turn out to be taken for UDP. */
const PORT_ATTEMPTS = 10

/**
 * Listens by UDP and TCP at each place, on the same port; resolves to the places with their ports. Rejects with a
 * ProblemError of code `invalid` for no place, with the system's error where one cannot be bound.
 */
export async function listenAt(places: readonly Place[], tcp: TcpListeners, udp: UdpSide): Promise<Place[]> {
  if (places.length === 0) {
    unwrap(fail('invalid', 'Cannot open the DNS door: it must have at least one address to listen at, found none'))
  }
  // Beside an IPv4 place, `::` must leave IPv4 alone, or one of the two could not be bound.
  const ipv6Only = places.some(place => !place.host.includes(':'))
  const bound: Place[] = []
  for (const place of places) bound.push(await listenByBoth(place, ipv6Only && place.host.includes(':'), tcp, udp))
  return bound
}

/** TCP first: a port that is free for TCP is more often free for UDP than the other way round. */
async function listenByBoth(place: Place, ipv6Only: boolean, tcp: TcpListeners, udp: UdpSide): Promise<Place> {
  for (let attempt = 1; ; attempt++) {
    const { port, release } = await tcp.listen(place, ipv6Only)
    try {
      await udp.listen({ host: place.host, port }, ipv6Only)
      return { host: place.host, port }
    } catch (error) {
      await release()
      const taken = error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'
      if (!taken || place.port !== 0 || attempt === PORT_ATTEMPTS) throw error
    }
  }
}
