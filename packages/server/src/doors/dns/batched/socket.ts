/** A UDP socket of our own, outside Node's event loop. */
import { endianness } from 'node:os'
import { unwrap } from '@tocsin/core/base'
import { parseAddress } from '@tocsin/core/subject'
import type { Place } from '../tcp.ts'
import { type Libc, systemError } from './libc.ts'

/** Numbers of Linux, the same on x86-64 and arm64 (`socket.h`, `in.h`). */
const AF = { inet: 2, inet6: 10 } as const
const SOCK_DGRAM = 2
const SOCK_CLOEXEC = 0x80000
const SOL_SOCKET = 1
const SO = {
  sendBuffer: 7,
  receiveBuffer: 8,
  reusePort: 15,
  receiveTimeout: 20,
  sendTimeout: 21,
  receiveBufferForce: 33,
} as const
const IPPROTO_IPV6 = 41
const IPV6_V6ONLY = 26

/** Bytes asked of the kernel, which may give less: half a second of bursts at the rate that one thread can answer. */
const BUFFER_BYTES = 8 << 20

/** How long a call waits, for packets or for room to send, before the loop looks around. */
export const LOOK_AROUND_MS = 100

/** Bytes of `struct sockaddr_in` and `sockaddr_in6`: family, port, then the address at 4, or at 8 after the flow label. */
export const SOCKADDR_BYTES = { 4: 16, 6: 28 } as const

/** A socket as it is named in calls; means the same in all threads. */
export interface SocketHandle {
  readonly fd: number
  readonly family: 4 | 6
}

/** A socket that is bound. */
export interface BoundSocket extends SocketHandle, Disposable {}

/** What a socket is opened with. */
export interface SocketOptions extends Place {
  readonly ipv6Only: boolean
  /** Whether other sockets of this program may share the port; the kernel spreads clients over them. */
  readonly shared: boolean
}

/** Opens and binds. Throws the system's error, with its `code`, where that fails. */
export function openSocket(libc: Libc, { host, port, ipv6Only, shared }: SocketOptions): BoundSocket {
  const address = unwrap(parseAddress(host))
  const family = address.length === 4 ? 4 : 6
  const fd = libc.socket(family === 4 ? AF.inet : AF.inet6, SOCK_DGRAM | SOCK_CLOEXEC, 0)
  if (fd < 0) throw systemError(libc, 'socket')
  try {
    const set = (level: number, name: number, value: Uint8Array) =>
      libc.setsockopt(fd, level, name, value, value.length)
    const demand = (level: number, name: number, value: Uint8Array) => {
      if (set(level, name, value) < 0) throw systemError(libc, 'setsockopt')
    }
    demand(SOL_SOCKET, SO.receiveTimeout, timeval(LOOK_AROUND_MS))
    // Without it a network card that hangs would hold the thread, which could not even be ended.
    demand(SOL_SOCKET, SO.sendTimeout, timeval(LOOK_AROUND_MS))
    if (shared) demand(SOL_SOCKET, SO.reusePort, int32(1))
    if (family === 6) demand(IPPROTO_IPV6, IPV6_V6ONLY, int32(ipv6Only ? 1 : 0))
    // Beyond the system's limit only for those who may; otherwise as much as there is.
    if (set(SOL_SOCKET, SO.receiveBufferForce, int32(BUFFER_BYTES)) < 0)
      set(SOL_SOCKET, SO.receiveBuffer, int32(BUFFER_BYTES))
    set(SOL_SOCKET, SO.sendBuffer, int32(BUFFER_BYTES))
    const name = new Uint8Array(SOCKADDR_BYTES[family])
    new DataView(name.buffer).setUint16(0, family === 4 ? AF.inet : AF.inet6, endianness() === 'LE')
    new DataView(name.buffer).setUint16(2, port)
    name.set(address, family === 4 ? 4 : 8)
    if (libc.bind(fd, name, name.length) < 0) throw systemError(libc, 'bind')
  } catch (error) {
    libc.close(fd)
    throw error
  }
  return { fd, family, [Symbol.dispose]: () => void libc.close(fd) }
}

function int32(value: number): Uint8Array {
  return new Uint8Array(Int32Array.of(value).buffer)
}

/** Two 64-bit numbers: seconds and microseconds. */
function timeval(milliseconds: number): Uint8Array {
  return new Uint8Array(BigInt64Array.of(0n, BigInt(milliseconds * 1000)).buffer)
}
