/** Messages of Safe Browsing v5 as the tests of protocols/safebrowsing have them, in hex, and lists as the client keeps them. */

const CHECKSUM = 'd1099a04a9fd4f1ed0cd830fb388d03faa04cb1f0cb5819b9ecb84ec6e95bbbf'

/** A list that differs from a former one, one of 32 bytes, a search and its answer, a question for two lists. */
export const MESSAGES = [
  `0a056d772d3462120201021801221508888acbe901101e180222097400d2971bed4974002a020807320308ac023a20${CHECKSUM}`,
  '0a0667632d3332625a1d0801110200000000000000190300000000000000210400000000000000',
  '0a041d32c5080a04291bc542',
  `0a260a20${CHECKSUM}12020802120308ac02`,
  '0a056d772d34620a0573652d346212020102220308800108',
].map(hex => Buffer.from(hex, 'hex'))
