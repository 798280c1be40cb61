/** Reputations as a set: in memory for lookups by any number of threads, and the hash of what the set holds. */
export { type DigestType, MemoryReader } from './memory-reader.ts'
export { type MemoryChange, MemoryWriter } from './memory-writer.ts'
export { addLabel, eachSuffix, type NameHash, startName } from './name-hash.ts'
export type { MemoryBuffers, OverlayBuffers, SegmentBuffers } from './sections.ts'
export { buildSegment, emptyOverlay, growOverlay, type SegmentPlan } from './segment-builder.ts'
export { entryDigest, StateHash } from './state-hash.ts'
