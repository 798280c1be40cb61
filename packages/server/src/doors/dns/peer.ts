/** A peer's address as sockets give it, in the form that we compare: IPv4-mapped as IPv4, without a zone id. */
export function peerText(address: string): string {
  const bare = address.replace(/%.*$/, '')
  return /^::ffff:\d+\.\d+\.\d+\.\d+$/i.test(bare) ? bare.slice('::ffff:'.length) : bare
}
