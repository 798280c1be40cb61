/** The light client: threats held locally in a few bytes each, and the ladder list → cache → server. */
export { CompactList } from './compact-list.ts'
export { LocalList, type Turn } from './local-list.ts'
export { type LocalAnswer, LocalLookup, type LocalLookupOptions, type Outcome } from './local-lookup.ts'
export type { FoundHash, FoundHashes, ListUpdate } from './messages.ts'
export {
  type BytesFetch,
  type BytesResponse,
  type Found,
  HashServer,
  type HashServerOptions,
  type PrefixSearch,
  type ServedUpdate,
} from './server.ts'
export { type HashedUrl, type UrlHash, urlHashes } from './url-hashes.ts'
