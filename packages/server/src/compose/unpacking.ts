/** What commands know of packed lists. It loads no format of lists, for commands must begin quickly. */
export { isDocument } from '../formats/documents.ts'
export { type RandomAccess, type UnpackedMember, unpack, unpackFile } from '../formats/unpack/unpack.ts'
