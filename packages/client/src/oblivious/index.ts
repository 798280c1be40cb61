/** Questions through a relay that somebody else runs (Oblivious HTTP, RFC 9458). */
export type { KeySource } from './gateway-keys.ts'
export { type ObliviousOptions, type ObliviousResponse, ObliviousTransport } from './transport.ts'
