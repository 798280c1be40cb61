/** The miner of senders: a running picture of each sender of mail, from what sites counted about it. */
export { openSenders, type Senders, type SendersOptions } from './open.ts'
export { type PicturesOptions, type SenderNumbers, SenderPictures } from './pictures.ts'
