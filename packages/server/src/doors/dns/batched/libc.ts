/**
 * The few calls of the C library that Node has no words for: whole batches of datagrams with one system call. Linux
 * alone; the layouts that go with them are in `datagrams.ts` and `socket.ts`.
 */
import { getSystemErrorName } from 'node:util'

/** Calls as in their manual pages; −1 for a failure, then {@link Libc.errno}. Memory is passed as it is. */
export interface Libc {
  socket(domain: number, type: number, protocol: number): number
  bind(fd: number, address: Uint8Array, length: number): number
  setsockopt(fd: number, level: number, name: number, value: Uint8Array, length: number): number
  close(fd: number): number
  /** Headers by their address, which is computed once. */
  recvmmsg(fd: number, headers: bigint, count: number, flags: number, timeout: null): number
  sendmmsg(fd: number, headers: bigint, count: number, flags: number): number
  errno(): number
  /** Good for as long as somebody refers to the memory. */
  addressOf(memory: Uint8Array | Uint32Array | BigUint64Array): bigint
}

/** Why there is no {@link Libc} here. */
export interface Missing {
  readonly missing: string
}

/** Loads the calls, or says why that cannot be. Does not reject. */
export async function loadLibc(platform: NodeJS.Platform = process.platform): Promise<Libc | Missing> {
  if (platform !== 'linux') return { missing: `batched system calls are for Linux, found "${platform}"` }
  try {
    const { default: koffi } = await import('koffi')
    // The program itself: Node is linked with the library, whatever its file is called.
    const library = koffi.load(null)
    return {
      socket: library.func('int socket(int, int, int)') as Libc['socket'],
      bind: library.func('int bind(int, void*, uint)') as Libc['bind'],
      setsockopt: library.func('int setsockopt(int, int, int, void*, uint)') as Libc['setsockopt'],
      close: library.func('int close(int)') as Libc['close'],
      recvmmsg: library.func('int recvmmsg(int, void*, uint, int, void*)') as Libc['recvmmsg'],
      sendmmsg: library.func('int sendmmsg(int, void*, uint, int)') as Libc['sendmmsg'],
      errno: () => koffi.errno(),
      addressOf: memory => koffi.address(memory),
    }
  } catch (error) {
    return { missing: error instanceof Error ? error.message : String(error) }
  }
}

/** The system's error as Node gives it, with its `code`. */
export function systemError(libc: Libc, call: string): NodeJS.ErrnoException {
  const errno = libc.errno()
  const code = getSystemErrorName(-errno)
  return Object.assign(new Error(`${call} ${code}`), { code, errno: -errno, syscall: call })
}
