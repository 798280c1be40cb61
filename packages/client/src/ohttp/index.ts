/** Oblivious HTTP (RFC 9458) and binary HTTP (RFC 9292): bytes to messages and back, for both ends of the way. */
export {
  type BinaryRequest,
  type BinaryResponse,
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  type Field,
} from './binary-http.ts'
export {
  type DecapsulatedRequest,
  decapsulateRequest,
  type EncapsulatedRequest,
  encapsulateRequest,
  paddedLength,
  REQUEST_BYTES_MAX,
  REQUEST_OVERHEAD,
  REQUEST_TYPE,
  RESPONSE_BYTES_MAX,
  RESPONSE_OVERHEAD,
  RESPONSE_TYPE,
} from './encapsulation.ts'
export { generateStoredKeyPair, type KeyPair, loadKeyPair, type StoredKeyPair } from './hpke.ts'
export {
  decodeKeyConfigs,
  encodeKeyConfigs,
  type KeyConfig,
  KEYS_BYTES_MAX,
  KEYS_TYPE,
} from './key-config.ts'
