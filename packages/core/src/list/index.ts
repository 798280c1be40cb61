/** Reputations as a set: in memory for lookups by any number of threads, as files for replicas, and the hash of the set. */
export type { ListHeader, ListKind } from './file/header.ts'
export { mergeChanges } from './file/merge.ts'
export { type ByteSource, changesOf, inMemory, type ListFile, type ListUnpacking, openList } from './file/read-list.ts'
export { compareChanges, type ListPacking, writeList } from './file/write-list.ts'
export {
  type DistributedHead,
  HEAD_VALID_MS,
  type HeadExpectation,
  headText,
  type ListFileName,
  parseHead,
  type SignedHead,
  type TrustedKey,
  verifyHead,
} from './head.ts'
export { type DigestType, MemoryReader } from './memory-reader.ts'
export { type MemoryChange, MemoryWriter } from './memory-writer.ts'
export { addLabel, eachSuffix, type NameHash, startName } from './name-hash.ts'
export type { MemoryBuffers, OverlayBuffers, SegmentBuffers } from './sections.ts'
export { buildSegment, emptyOverlay, growOverlay, type SegmentPlan } from './segment-builder.ts'
export { entryDigest, StateHash } from './state-hash.ts'
