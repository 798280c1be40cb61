/** Files that are alike without being equal: TLSH digests, their distance, and the nearest of many. */

export {
  type FileGroup,
  FileIdentities,
  fileGroupOf,
  type HashName,
  type IdentityBasis,
  type IdentityClaim,
  type IdentityVote,
  type LinksOf,
  type NeededOf,
} from './file-identity.ts'
export { loadIndex, saveIndex } from './index-file.ts'
export { LENGTH_CODES, lengthCode, TLSH_INPUT_BYTES_MAX } from './length-code.ts'
export type { Neighbour } from './nearest.ts'
export { brandTlsh, formatTlsh, parseTlsh, TLSH_BYTES, type Tlsh, tlshFromBytes } from './tlsh.ts'
export { type DistanceOptions, NEAR, TLSH_DISTANCE_MAX, tlshDistance } from './tlsh-distance.ts'
export { TLSH_INPUT_BYTES_MIN, TlshHasher, tlshOf } from './tlsh-hasher.ts'
export { type Search, TlshIndex } from './tlsh-index.ts'
