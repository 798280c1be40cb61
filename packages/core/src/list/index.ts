export { KeyTable } from './key-table.ts'
export { entryDigest, StateHash } from './state-hash.ts'
