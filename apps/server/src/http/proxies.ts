import type { IncomingMessage } from 'node:http'
import { BlockList, isIP } from 'node:net'

/** What was sent, and by whom: Node's request, before anything is made of it. */
export type Incoming = Pick<IncomingMessage, 'headers'> & { socket: { remoteAddress?: string | undefined } }

export interface Proxies {
  /** Address of the client: the last one that is not a trusted proxy's. */
  addressOf: (request: Incoming) => string
  /** The host that the client asked for, with its port. */
  hostOf: (request: Incoming) => string | undefined
}

/**
 * Believes the headers `x-forwarded-for` and `x-forwarded-host` of these proxies and of nobody else: anybody can send
 * such headers, and who could choose an address had no limit. Addresses, networks such as `10.0.0.0/8`, or `loopback`.
 * Throws a TypeError that names what is neither.
 */
export function trustProxies(list: readonly string[]): Proxies {
  const trusted = new BlockList()
  for (const entry of list.flatMap((one) => (one === 'loopback' ? ['127.0.0.0/8', '::1'] : [one]))) {
    const [address = '', prefix, ...more] = entry.split('/')
    const family = isIP(address)
    const bits = prefix === undefined ? (family === 6 ? 128 : 32) : Number(prefix)
    if (family === 0 || more.length > 0 || prefix === '' || !Number.isInteger(bits) || bits < 0)
      throw new TypeError(`"${entry}" is not an address, a network such as 10.0.0.0/8, or loopback`)
    if (bits > (family === 6 ? 128 : 32)) throw new TypeError(`"${entry}" has too many bits`)
    trusted.addSubnet(address, bits, family === 6 ? 'ipv6' : 'ipv4')
  }
  const isTrusted = (address: string) => {
    const family = isIP(address)
    return family !== 0 && trusted.check(address, family === 6 ? 'ipv6' : 'ipv4')
  }
  const peerOf = ({ socket }: Incoming) => plain(socket.remoteAddress ?? '')
  return {
    addressOf(request) {
      let address = peerOf(request)
      // Each proxy adds whom it heard from at the end. What stands before an untrusted one is what that one claims.
      for (const before of listOf(request.headers['x-forwarded-for']).toReversed()) {
        if (!isTrusted(address) || isIP(before) === 0) break
        address = before
      }
      return address
    },
    hostOf: (request) =>
      (isTrusted(peerOf(request)) ? listOf(request.headers['x-forwarded-host']).at(-1) : undefined) ??
      request.headers.host,
  }
}

function listOf(header: string | string[] | undefined): string[] {
  return [header ?? []]
    .flat()
    .flatMap((text) => text.split(','))
    .map((text) => plain(text.trim()))
    .filter((text) => text !== '')
}

/** IPv4 in the clothes of IPv6, as a socket that listens on both has it. */
function plain(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/i, '')
}
